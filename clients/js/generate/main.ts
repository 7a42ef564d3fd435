// npm run generate -w clients/js: writes src/generated anew.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "../../../functions/reference.ts";
import { generate } from "./generate.ts";

const folder = join(import.meta.dirname, "../src/generated");
for (const [name, text] of Object.entries(await generate(await readDocument()))) {
  writeFileSync(join(folder, name), text);
}
