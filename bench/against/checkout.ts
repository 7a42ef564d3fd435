// Another commit of the product, in a worktree of its own for as long as it is measured.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { watched } from "../processes.ts";

export interface Checkout {
  /** Of the commit, as short as git shows it. */
  name: string;
  /** Its top folder. */
  root: string;
  /** Resolves when it can be started. Throws when its packages cannot be had. */
  ready: Promise<void>;
  /** At once; whatever has gone already is no matter. */
  remove(): void;
}

const ours = fileURLToPath(new URL("../..", import.meta.url));

/** Made at `root`, where nothing is yet. Throws an Error that says what is wrong with the commit. */
export function checkOut(commit: string, root: string): Checkout {
  const sha = resolveCommit(commit);
  git("worktree", "add", "--quiet", "--detach", root, sha);
  const modules = join(root, "node_modules");
  return {
    name: git("rev-parse", "--short", sha).trim(),
    root,
    ready: providePackages(root, modules),
    remove() {
      // The link by itself first: nothing may follow it into our own packages.
      rmSync(modules, { recursive: true, force: true });
      git("worktree", "remove", "--force", root);
    },
  };
}

function resolveCommit(commit: string): string {
  try {
    return git("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`).trim();
  } catch (cause) {
    throw new Error(`--against takes a commit of this repository, and git knows none that is called ${commit}.`, {
      cause,
    });
  }
}

async function providePackages(root: string, modules: string): Promise<void> {
  const [own, theirs] = [ours, root].map((folder) => readFileSync(join(folder, "package-lock.json"), "utf8"));
  if (own === theirs) symlinkSync(join(ours, "node_modules"), modules, "dir");
  else await install(root);
}

/** Without scripts: the Node that runs the bench runs both products, and nothing else of what is measured has any. */
async function install(root: string): Promise<void> {
  console.log("Its package-lock.json is another one: npm ci …");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const child = watched(spawn("npm", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] }));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`npm ci of ${root} ended with ${code}.`);
}

function git(...args: string[]): string {
  return execFileSync("git", ["-C", ours, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
