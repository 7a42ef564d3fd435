// A checkout whose programs only write down how they were called: what a deployment asks of them, without waiting for what they do.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface Called {
  program: string;
  args: string[];
  environment: Record<string, string>;
}

export interface StandIn extends AsyncDisposable {
  root: string;
  /** Its programs go before all others. They are JavaScript, whatever their names: who looks for types to strip takes twice as long to start. */
  environment: { PATH: string; NODE_OPTIONS: string };
  called(): Promise<Called[]>;
  /** The next run of a program ends with that code. */
  fail(program: string, code: number): Promise<void>;
}

const scripts = ["build", "endpoints", "doctor", "create-table", "create-bucket"];

export async function standInFor(programs: readonly string[]): Promise<StandIn> {
  const root = await mkdtemp(join(tmpdir(), "deploy-root-"));
  const record = join(root, "called.jsonl");
  const source = (program: string) => `
    const { appendFileSync, existsSync, rmSync, readFileSync } = require("node:fs");
    const call = { program: ${JSON.stringify(program)}, args: process.argv.slice(2), environment: process.env };
    appendFileSync(${JSON.stringify(record)}, JSON.stringify(call) + "\\n");
    const failing = ${JSON.stringify(join(root, `${program}.code`))};
    if (existsSync(failing)) { process.exitCode = Number(readFileSync(failing, "utf8")); rmSync(failing); }
  `;
  await mkdir(join(root, "scripts"));
  await mkdir(join(root, "bin"));
  await writeFile(join(root, "package.json"), '{"type":"commonjs"}');
  for (const name of scripts) await writeFile(join(root, "scripts", `${name}.ts`), source(name));
  for (const name of programs)
    await writeFile(join(root, "bin", name), `#!${process.execPath}\n${source(name)}`, { mode: 0o755 });
  return {
    root,
    environment: {
      PATH: [join(root, "bin"), process.env.PATH].join(delimiter),
      NODE_OPTIONS: "--no-experimental-strip-types",
    },
    async called() {
      const lines = await readFile(record, "utf8").catch(() => "");
      return lines.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Called]));
    },
    fail: (program, code) => writeFile(join(root, `${program}.code`), String(code)),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
