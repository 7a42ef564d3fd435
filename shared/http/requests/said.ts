// What every request for something to be made may say: in words, of whom, and what comes with it.
import * as z from "zod";
import type { JsonValue } from "../../ports/table.ts";
import { text } from "../text.ts";
import { webUrl } from "../url.ts";

const MAX_METADATA_BYTES = 4096;

/** Something has to be said in it. */
export const words = (max: number) =>
  text({ min: 1, max }).refine((value) => value.trim() !== "", {
    error: "must have a character that is not white space",
  });

/** What came out of JSON is JSON: to look at each value again would only cost. */
const anyJson = z.unknown() as z.ZodType<JsonValue>;

/** Its size comes before its keys. */
const metadata = z
  .unknown()
  .refine((value) => Buffer.byteLength(JSON.stringify(value ?? null)) <= MAX_METADATA_BYTES, {
    error: `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`,
    abort: true,
  })
  .pipe(z.record(z.string(), anyJson))
  .meta({ type: "object", additionalProperties: true });

export const said = {
  prompt: words(4000),
  provider: words(64)
    .optional()
    .meta({ description: "As `GET /ai/models` names it; absent, the model's, or the one that is configured." }),
  model: words(128)
    .optional()
    .meta({ description: "As `GET /ai/models` names it. `sketch-fail` and others there end as their names say." }),
  seed: z.int().min(0).max(2147483647).optional(),
  dryRun: z.boolean().default(false),
  metadata: metadata.optional(),
  webhookUrl: webUrl.optional(),
};
