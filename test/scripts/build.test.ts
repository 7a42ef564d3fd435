// npm run build, as a process, in a copy of the tree that declares one function; what is in zips is looked at in test/platforms.
import { mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, copyOfTree } from "../platforms/trees.ts";

let folder: string;
let tree: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "build-")));
  tree = await copyOfTree(folder, { only: ["health"] });
});
afterAll(() => rm(folder, { recursive: true }));

test("with --json it answers one object: what was built, where it lies, how large it is, and no more", async () => {
  const { code, stdout, stderr } = await build(tree, ["aws", "--json"], {});
  expect([code, stderr]).toEqual([0, ""]);
  const path = join(tree, ".build", "aws", "health.zip");
  const { size: bytes } = await stat(path);
  expect(JSON.parse(stdout)).toEqual({
    clouds: [
      {
        ...{ cloud: "aws", folder: ".build/aws", table: "dynamodb", store: "s3", vendors: [], signs: false, bytes },
        zips: [{ name: "health", path, bytes }],
      },
    ],
    page: null,
  });
});

test("what it does not understand is 2, and nothing on stdout", async () => {
  const { code, stdout, stderr } = await build(tree, ["azure", "--json"], {});
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Usage: npm run build");
});
