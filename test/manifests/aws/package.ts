// serverless.yml as its CLI makes a template of it.
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildFolder } from "../build-folder.ts";
import { type CliRun, runCli } from "../run-cli.ts";
import type { Template } from "./template.ts";

export interface Packaged {
  run: CliRun;
  template: Template;
  /** The zip of each function, by the function's name in the manifest. */
  artefacts: Record<string, string>;
  /** Whether deploying, too, looks for a zip of each function, and for none of the whole service. */
  areOwn: boolean;
}

/** `npx serverless package`, in a folder that holds the manifest and the zips. `settings`: the environment beside PATH and HOME. */
export async function packageForAws(
  settings: Readonly<Record<string, string>> = {},
  params: readonly string[] = [],
): Promise<Packaged> {
  const build = await buildFolder();
  const folder = await mkdtemp(join(tmpdir(), "package-"));
  try {
    for (const part of ["serverless.yml", "deploy"]) await cp(resolve(part), join(folder, part), { recursive: true });
    await symlink(build, join(folder, ".build"));
    await mkdir(join(folder, "home"));
    const args = ["package", ...params.map((param) => `--param=${param}`)];
    const run = await runCli("node_modules/serverless/bin/serverless.js", args, { folder, settings });
    if (run.code !== 0) throw new Error(`serverless package ended with ${run.code}: ${run.stdout}${run.stderr}`);
    const read = async (name: string) => JSON.parse(await readFile(join(folder, ".serverless", name), "utf8"));
    const state = await read("serverless-state.json");
    const template = await read("cloudformation-template-update-stack.json");
    const named = Object.entries<{ package: { artifact: string } }>(state.service.functions);
    const artefacts = Object.fromEntries(named.map(([name, each]) => [name, each.package.artifact]));
    return { run, template, artefacts, areOwn: state.package.individually === true };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `npx serverless print`. */
export async function printForAws(settings: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "print-"));
  try {
    for (const part of ["serverless.yml", "deploy"]) await cp(resolve(part), join(folder, part), { recursive: true });
    const run = await runCli("node_modules/serverless/bin/serverless.js", ["print"], { folder, settings });
    if (run.code !== 0) throw new Error(`serverless print ended with ${run.code}: ${run.stdout}${run.stderr}`);
    return run.stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
