// npm run check-config, as a process, in a folder of its own.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { WholeTable } from "../../shared/ports/whole-table.ts";
import { type Product, startProduct } from "../api/local.ts";
import { childEnvironment } from "../child-environment.ts";
import { type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";

const script = fileURLToPath(new URL("../../scripts/check-config.ts", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("says what the defaults lead to, and writes nothing", async () => {
  const { code, stdout, stderr } = await checked({ FFMPEG_PATH: "" });
  expect([code, stderr]).toEqual([0, ""]);
  const [films = "", ...others] = stdout.split("\n").filter((line) => /^films|ffmpeg/.test(line));
  // Whichever ffmpeg this machine has; an old one is warned of.
  expect(films).toMatch(/^films by: ffmpeg \S+, \S*ffmpeg$/);
  expect(others.every((line) => line.startsWith("warning: ffmpeg "))).toBe(true);
  expect(stdout.split("\n").filter((line) => !/^films|ffmpeg/.test(line))).toEqual([
    "platform: local",
    "files: folder, .data",
    "table: .data/table.sqlite",
    "providers: sketch",
    "images by default: sketch/sketch",
    "videos by default: sketch/sketch",
    "texts by default: sketch/sketch",
    "sounds by default: sketch/sketch",
    "content is checked by: nobody",
    "table tried: .data/table.sqlite: not there yet, npm start makes it",
    "store tried: .data/objects: not there yet, npm start makes it",
    "",
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test("says of an ffmpeg what it lacks, and when it is of a time that nobody mends any more", async () => {
  const file = join(folder, "ffmpeg");
  const answers = [
    'case "$*" in *encoder=libx264*) echo "Encoder libx264";;',
    '*-version*) printf "ffmpeg version 4.4.1\\nlibavutil      56. 70.100 / 56. 70.100\\n";;',
    '*-filters*) echo " ... scale             V->V       Scale.";; esac',
  ];
  await writeFile(file, ["#!/bin/sh", ...answers, ""].join("\n"), { mode: 0o755 });
  const { code, stdout } = await checked({ FFMPEG_PATH: file });
  expect(code).toBe(0);
  expect(stdout).toContain(`films by: ffmpeg 4.4.1, ${file}\n`);
  expect(stdout).toMatch(/warning: ffmpeg 4\.4\.1 was built without .*zoompan/);
  expect(stdout).not.toMatch(/without .*\bscale\b/);
  expect(stdout).toContain("warning: ffmpeg 4.4.1 is of 4 or before, which nobody mends");
  await rm(file);
});

test("names every problem at once, ends with 1, and shows no value", async () => {
  const { code, stdout, stderr } = await checked({
    PORT: "sk-1",
    KLING_API_KEY: "sk-2",
    PRICES: '{"x":{"unit":"sk-3"}}',
  });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.trimEnd().split("\n")).toEqual([
    "The configuration is not usable:",
    expect.stringMatching(/^ {2}PORT must be/),
    "  PRICES is wrong at x.unit: must be output, second or character",
    "  PRICES is wrong at x.amount: must be a number from 0 to 1000000000",
    expect.stringMatching(/^ {2}KLING_SECRET_KEY is required/),
  ]);
  expect(stderr).not.toMatch(/sk-/);
});

test.each([
  [{ DEFAULT_VIDEO_PROVIDER: "nobody" }, "DEFAULT_VIDEO_PROVIDER must be a provider for videos: "],
  [{ PRICES: '{"import":{"unit":"second","amount":1}}' }, "PRICES is wrong at import: how long a kept video is"],
  [{ TRUSTED_HOSTS: "http://x" }, "TRUSTED_HOSTS must be a list of host or host:port"],
])("finds what only shows beside what is offered: %j", async (environment, message) => {
  const { code, stderr } = await checked(environment);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`  ${message}`)]);
});

test("reads .env, and warns of prices that nobody has", async () => {
  await writeFile(join(folder, ".env"), 'PRICES={"sketch":3,"sketch/other":4}\nDRY_RUN=1\n');
  const { code, stdout } = await checked({});
  await rm(join(folder, ".env"));
  expect(code).toBe(0);
  expect(stdout).toContain("\nEverything is drawn by sketch and costs nothing: DRY_RUN is set.\n");
  expect(stdout).toContain("\nwarning: PRICES names sketch/other, which is not offered here\n");
});

test("says where a film's music comes from when it is the operator's own; who speaks stays the same", async () => {
  const { code, stdout } = await checked({ MUSIC_LIBRARY: "1", PRICES: '{"library":2}' });
  expect(code).toBe(0);
  expect(stdout).toContain("\nproviders: sketch, library\n");
  expect(stdout).toContain("\nsounds by default: sketch/sketch\n");
  expect(stdout).toContain("\nmusic of films: library, pieces below library/music/ in the store\n");
  expect(stdout).not.toContain("PRICES names");
});

test("says who checks content, and warns of what that one cannot see", async () => {
  const key = { MODERATION_ACCESS_KEY_ID: "LTAI", MODERATION_ACCESS_KEY_SECRET: "s" };
  const { code, stdout } = await checked({ MODERATION: "aliyun", ...key, FFMPEG_PATH: "/nowhere/ffmpeg" });
  expect(code).toBe(0);
  expect(stdout).toContain("\ncontent is checked by: aliyun; without a finding closed, in doubt block\n");
  expect(stdout).toContain("\nwarning: MODERATION=aliyun fetches pictures from the store, and cannot reach a folder");
  expect(stdout).toContain(
    "\nwarning: there is no ffmpeg, so films cannot be checked: they fail before they are made\n",
  );
  expect((await checked(key)).stdout).toContain(
    "\nwarning: there is a key for checks of content, and MODERATION is none\n",
  );
});

test("tries the table and the store of a server that runs, and leaves nothing in them", async () => {
  const product = await startProduct();
  onTestFinished(() => product.close());
  const before = await countItems(product);
  const { code, stdout } = await checked({ DATA_DIR: product.dataDir });
  expect(code).toBe(0);
  const done = "was written, read, copied and deleted";
  expect(stdout).toContain(`table tried: ${product.dataDir}/table.sqlite: an item ${done}\n`);
  expect(stdout).toContain(`store tried: ${product.dataDir}/objects: an object ${done}, and conditions are kept\n`);
  expect([await countItems(product), await product.files()]).toEqual([before, []]);
});

describe("A store that is not as it should be", () => {
  const settings = ({ endpoint, bucketName }: S3Server) => ({
    ...{ STORAGE_PROVIDER: "minio", STORE_ACCESS: "private", S3_BUCKET: bucketName, S3_ENDPOINT: endpoint },
    ...{ S3_ACCESS_KEY_ID: testKey.accessKeyId, S3_SECRET_ACCESS_KEY: testKey.secretAccessKey },
  });

  test("is named, with 1; and one that is as it should be is tried, and left as it was", async () => {
    const server = await startS3Server({ vendor: "minio", region: "us-east-1" });
    onTestFinished(() => server.close());
    const fine = await checked(settings(server));
    expect([fine.code, fine.stderr]).toEqual([0, ""]);
    expect(fine.stdout).toContain(
      "store tried: the bucket dream-factory-test (minio): an object was written, read, copied and deleted",
    );
    server.defects.add("replaces by puts");
    const unfit = await checked(settings(server));
    expect(unfit.code).toBe(1);
    expect(unfit.stderr).toMatch(/not usable:\n {2}store tried: .*ignores If-None-Match/);
    expect((await checked(settings(server), "--offline")).code).toBe(0);
    const wrongKey = await checked({ ...settings(server), S3_SECRET_ACCESS_KEY: "hunter2" });
    expect([wrongKey.code, wrongKey.stderr]).toEqual([1, expect.stringContaining("SignatureDoesNotMatch")]);
    expect(wrongKey.stderr + wrongKey.stdout).not.toContain("hunter2");
  });

  test("that nobody answers for is told in time, beside the table", async () => {
    const server = await startS3Server({ vendor: "minio", region: "us-east-1" });
    await server.close();
    const { code, stdout, stderr } = await checked({ ...settings(server), DATA_DIR: join(script, "data") });
    expect([code, stdout]).toEqual([1, expect.stringContaining("files: minio")]);
    expect(stderr).toContain(`  table tried: ${script}/data/table.sqlite: ${script} is no folder\n`);
    expect(stderr).toContain("  store tried: the bucket dream-factory-test (minio): ");
  });
});

test("with --json it says the same for programs", async () => {
  const { code, stdout, stderr } = await checked({ PORT: "x", NODE_ENV: "prod" }, "--json");
  expect([code, stderr]).toEqual([1, ""]);
  expect(JSON.parse(stdout)).toEqual({
    isUsable: false,
    problems: [{ variable: "PORT", message: expect.any(String) }],
    warnings: [expect.stringContaining("NODE_ENV is prod")],
    said: [],
    probes: [],
  });
  expect(JSON.parse((await checked({}, "--json")).stdout)).toMatchObject({ isUsable: true, problems: [] });
  expect((await checked({}, "--fast")).code).toBe(2);
});

async function countItems({ runtime }: Product): Promise<number> {
  const { items } = await runtime.table.query({ partition: "probe", prefix: "", order: "ascending", limit: 10 });
  let count = items.length;
  for await (const item of (runtime.table as WholeTable).items()) if (item.partition.startsWith("probe")) count += 1;
  return count;
}

/** Of this process's environment nothing that it reads reaches it. An ffmpeg, which is started three times, is there only where that matters. */
function checked(
  environment: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...childEnvironment(), FFMPEG_PATH: "/nowhere/ffmpeg", ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}
