// Every command of package.json says what it is for, and does nothing else.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childEnvironment } from "../child-environment.ts";

const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const [, path] = /node .*?(scripts\/[\w-]+\.ts)$/.exec(line) ?? [];
  return path === undefined ? [] : [[name, path] as const];
});
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "help-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("all of them are looked at", () => {
  expect(commands.length).toBeGreaterThan(15);
});

test.for(commands)(
  "npm run %s -- --help tells its usage on stdout, ends with 0, and makes nothing",
  async ([name, path]) => {
    // Settings that no command could run with: nothing is read.
    const env = { ...childEnvironment(), PORT: "none", DATA_DIR: "/nowhere" };
    const asked = spawn(process.execPath, [resolve(path), "--help"], { cwd: folder, env });
    const [stdout, stderr, [code]] = await Promise.all([text(asked.stdout), text(asked.stderr), once(asked, "close")]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(name === "start" ? "npm start" : `npm run ${name}`);
    expect(stdout).toContain("Exit code 0: ");
    // Every command of operators answers programs too, and says so.
    const usages = stdout.split("\n").filter((line) => /^ *npm run/.test(line));
    expect(usages.filter((line) => !line.includes("--json"))).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  },
);
