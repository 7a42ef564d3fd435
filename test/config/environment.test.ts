import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { readDotEnv } from "../../shared/config/environment.ts";
import { variables } from "../../shared/config/variables.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dream-factory-env-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("the environment wins over the file, and the file fills what is open or empty", () => {
  const path = join(directory, ".env");
  writeFileSync(path, '\uFEFFHOST=0.0.0.0\r\n# a remark\r\nPORT=4000\r\nLOG_LEVEL="debug"\r\n');
  const config = readConfig(readDotEnv(path, { PORT: "5000", LOG_LEVEL: "" }));
  expect([config.host, config.port, config.logLevel]).toEqual(["0.0.0.0", 5000, "debug"]);
});

test("a file that is not there says nothing", () => {
  expect(readDotEnv(join(directory, ".env"), { PORT: "5000" })).toEqual({ PORT: "5000" });
});

test("a file that cannot be read stops the start: its settings must not be left out silently", () => {
  expect(() => readDotEnv(directory, {})).toThrow(/EISDIR/);
});

test(".env.example names only variables that are read, and its values are the defaults", () => {
  const lines = readFileSync(".env.example", "utf8").replaceAll(/^# ?(?=[A-Z0-9_]+=)/gm, "");
  const example = parseEnv(lines);
  expect(Object.keys(example).sort()).toEqual(Object.keys(variables).sort());
  expect(readConfig(example)).toEqual(readConfig({}));
});
