// Writes docs/labels-and-readers.md: which programs find which of our marks, format by format.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { missingPrograms, toolsIn } from "../media/generated/tools.ts";
import { document, labelledFiles, ownReaders, programReaders, tableOf } from "./readers.ts";
import { textOf } from "./readers-text.ts";

const folder = mkdtempSync(join(tmpdir(), "dream-factory-readers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("docs/labels-and-readers.md says which programs find our marks", async ({ skip }) => {
  const missing = await missingPrograms("mediainfo");
  if (missing !== null) {
    if (process.env.MEDIA_TOOLS === "required") throw new Error(missing);
    skip(missing);
  }
  const files = await labelledFiles();
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const rows = await tableOf(files, { ...ownReaders, ...programReaders(toolsIn(folder)) });
  await expect(textOf(rows)).toMatchFileSnapshot(fileURLToPath(document));
});
