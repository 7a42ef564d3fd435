// A folder in which an operator's commands run as they are printed: the repository's files, and programs that keep them on this machine.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { childEnvironment } from "../child-environment.ts";
import { buildFolder } from "../manifests/build-folder.ts";
import { localhostNames } from "../servers/s3/localhost-names.ts";

export interface Checkout extends AsyncDisposable {
  folder: string;
  /** Of the process that `curl` reaches whatever https address it is given. */
  product: string;
  /** Runs the commands one after the other in one bash, which ends with the first that fails. `own`: what an operator would have set otherwise. */
  run(commands: readonly string[], own: Readonly<Record<string, string>>): Promise<Run>;
  /** A file's text. */
  read(path: string): Promise<string>;
  /** Whom `npx` tried to reach; all of them were refused. */
  connections(): Promise<string>;
}

export interface Run {
  code: number | null;
  stdout: string;
  /** With each command before what it wrote there. */
  stderr: string;
}

export const curl = whereIs("curl");

/** `isBuilt`: with the zips of both clouds, which take minutes to make. */
export async function openCheckout({ isBuilt = true } = {}): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), "checkout-"));
  for (const name of ["serverless.yml", "s.yaml", "s.domain.yaml", "package.json", "deploy"]) {
    await cp(resolve(name), join(folder, name), { recursive: true });
  }
  for (const name of ["node_modules", "scripts", "shared", "functions"]) {
    await symlink(resolve(name), join(folder, name));
  }
  if (isBuilt) await symlink(await buildFolder(), join(folder, ".build"));
  await mkdir(join(folder, "home"));
  await writePrograms(folder);
  const checkout: Checkout = {
    folder,
    product: "",
    run: (commands, own) => run(checkout, commands, own),
    read: (path) => readFile(join(folder, path), "utf8"),
    connections: () => readFile(join(folder, "connections"), "utf8").catch(() => ""),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  return checkout;
}

async function run(
  { folder, product }: Checkout,
  commands: readonly string[],
  own: Readonly<Record<string, string>>,
): Promise<Run> {
  await writeFile(join(folder, "own.sh"), Object.entries(own).map(exported).join(""));
  // What is printed there to be set is a placeholder: the operator's own goes before it.
  const lines = commands.map((command) => (command.startsWith("export ") ? `${command}\n. ./own.sh` : command));
  const script = [
    "set -euo pipefail",
    ". ./own.sh",
    ...lines.flatMap((line) => [`echo ${quoted(`+ ${line}`)} >&2`, line]),
  ];
  const env = {
    ...childEnvironment(),
    PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
    HOME: join(folder, "home"),
    PRODUCT: product,
    CONNECTIONS: join(folder, "connections"),
    npm_config_update_notifier: "false",
    NODE_OPTIONS: localhostNames,
    // Keeps `s` from starting processes in the background.
    NODE_ENV: "test",
  };
  const bash = spawn("bash", ["-c", script.join("\n")], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(bash.stdout), text(bash.stderr), once(bash, "close")]);
  return { code, stdout, stderr };
}

async function writePrograms(folder: string): Promise<void> {
  const offline = resolve("test/manifests/offline.cjs");
  // Who follows a runbook asks again while what was just started answers 503.
  const programs = {
    npx: `NODE_OPTIONS=--require=${offline} exec ${whereIs("npx")} --no-install "$@"`,
    curl: [
      "args=()",
      `for arg in "$@"; do case $arg in https://*) rest=\${arg#https://}; arg=$PRODUCT/\${rest#*/};; esac; args+=("$arg"); done`,
      `exec ${curl} --fail --show-error --retry 5 "\${args[@]}"`,
    ].join("\n"),
  };
  await mkdir(join(folder, "bin"));
  // Whoever runs the tests stands for the user of a service.
  const sudo = ['[ "$1" = -u ] || exit 1', "shift 2", 'exec "$@"'].join("\n");
  for (const [name, lines] of Object.entries({ ...programs, sudo })) {
    await writeFile(join(folder, "bin", name), `#!/usr/bin/env bash\n${lines}\n`, { mode: 0o755 });
  }
  await symlink(process.execPath, join(folder, "bin", "node"));
}

function whereIs(program: string): string {
  return spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
}

function exported([name, value]: [string, string]): string {
  return `export ${name}=${quoted(value)}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
