// The README's API section, run exactly as it is printed: every answer is a success, and every route has its line.
import { execFile, spawnSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { processes } from "../process/running.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");
const section = readme.slice(readme.indexOf("\n## The API"), readme.indexOf("\n## Settings"));
const lines = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? "";

const curl = spawnSync("sh", ["-c", "command -v curl"], { encoding: "utf8" }).stdout.trim();

test.skipIf(curl === "")("its lines run as they are printed (needs curl)", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, folder] = [await emptyFolder(), await emptyFolder()];
  const { url } = await start(dataDir);
  // What the lines write, such as a picture, does not lie about in the repository.
  for (const name of ["package.json", "node_modules", "scripts", "shared", "functions"]) {
    await symlink(join(root, name), join(folder, name));
  }
  const PATH = `${await strictCurl(folder)}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, API: `${url}/api/v1`, DATA_DIR: dataDir, PATH };
  const { stdout } = await run("bash", ["-euxo", "pipefail", "-c", lines], { cwd: folder, env });
  const answers = stdout.split(/(?<=\})(?=\{"code")|\n/).filter((text) => text.startsWith('{"code"'));
  expect(answers.length).toBeGreaterThan(20);
  const isFine = (text: string) => text.startsWith('{"code":0,"message":"success"') || text.includes('"too_late"');
  expect(answers.filter((text) => !isFine(text))).toEqual([]);
  expect(stdout).toMatch(/event: end/);
  expect(stdout).toMatch(/DF-\w{5}-/);
  expect(await readFile(join(folder, "photo.png"))).toSatisfy((png: Buffer) => png.toString("latin1", 1, 4) === "PNG");
});

test("every route of the API has its line there", () => {
  const missing = declarations.flatMap(({ name, trigger }) => {
    if (trigger.type !== "http") return [];
    const path = trigger.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/ ]+");
    return new RegExp(`(\\$API|GET )${path}([ "?\`]|$)`, "m").test(section) ? [] : [name];
  });
  expect(missing).toEqual([]);
});

/** The folder of a curl to which an answer of 400 or above is a failure, except for cancelling, which may come too late. */
async function strictCurl(folder: string): Promise<string> {
  await mkdir(join(folder, "bin"));
  const text = `#!/bin/sh\ncase "$*" in */cancel*) exec ${curl} "$@";; esac\nexec ${curl} --fail-with-body --show-error "$@"\n`;
  await writeFile(join(folder, "bin", "curl"), text, { mode: 0o755 });
  return join(folder, "bin");
}
