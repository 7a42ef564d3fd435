// Files on the disk: whole, or as much as there may be, and nothing left behind.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { withSpool } from "../../shared/labels/spool.ts";
import { pieces } from "../media/inspecting.ts";

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));

test.each([
  [1000, 1000, false],
  [5000, 1000, false],
  [999, 1000, true],
  [100, 200, true],
  [0, 100, true],
])("of at most %i bytes %i are on the disk, and what is left comes behind them: %s", async (most, written, isCut) => {
  let folder = "";
  let rest = Buffer.alloc(0);
  const passed = withSpool(async function* (spool) {
    folder = spool.folder;
    const found = await spool.writeUpTo(
      "file",
      pieces(bytes, () => 100),
      most,
    );
    const file = await readFile(join(folder, "file"));
    if (found.rest) rest = await buffer(found.rest);
    expect(found.rest !== null).toBe(isCut);
    yield file;
  });
  const file = await buffer(passed);
  expect(file.length).toBe(written);
  expect(Buffer.concat([file, rest]).equals(bytes)).toBe(true);
  expect(await readdir(dirname(folder))).not.toContain(folder.slice(dirname(folder).length + 1));
});

test("a body that fails is let go of, and its error comes through", async () => {
  let isLetGo = false;
  async function* failing() {
    try {
      yield bytes;
      throw new Error("the source broke");
    } finally {
      isLetGo = true;
    }
  }
  const passed = withSpool(async function* (spool) {
    await spool.writeUpTo("file", failing(), 10_000);
    yield bytes;
  });
  await expect(buffer(passed)).rejects.toThrow("the source broke");
  expect(isLetGo).toBe(true);
});
