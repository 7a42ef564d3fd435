import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOrCreateJwtSecret } from "../../shared/runtime/local/jwt-secret.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dream-factory-secret-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("the secret is made once, in a directory that need not exist yet, readable by the owner only", async () => {
  const dataDir = join(directory, "a", "b");
  const secret = await readOrCreateJwtSecret(dataDir);
  expect(Buffer.from(secret, "base64url")).toHaveLength(48);
  expect(await readOrCreateJwtSecret(dataDir)).toBe(secret);
  expect(statSync(join(dataDir, "jwt-secret")).mode & 0o777).toBe(0o600);
  expect(readdirSync(dataDir)).toEqual(["jwt-secret"]);
});

test("callers that start at nearly the same time agree on one secret", async () => {
  for (let round = 0; round < 10; round++) {
    const dataDir = join(directory, String(round));
    const started = [];
    for (let n = 0; n < 20; n++) {
      started.push(readOrCreateJwtSecret(dataDir));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(await Promise.all(started)).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(["jwt-secret"]);
  }
});

test("two processes that start together agree on one secret", async () => {
  const script = `
    import { readOrCreateJwtSecret } from "./shared/runtime/jwt-secret.ts";
    console.log(await readOrCreateJwtSecret(process.argv[1]));`;
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module-typescript", "-e", script, directory]);
  const [one, two] = await Promise.all([run(), run()]);
  expect(one.stdout).toBe(two.stdout);
  expect(one.stdout.trim()).toHaveLength(64);
});

test("a file that holds no usable secret stops the start and is left alone", async () => {
  writeFileSync(join(directory, "jwt-secret"), "short\n");
  await expect(readOrCreateJwtSecret(directory)).rejects.toThrow(/jwt-secret holds no usable secret/);
  expect(statSync(join(directory, "jwt-secret")).size).toBe(6);
});
