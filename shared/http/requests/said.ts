// What every request for something to be made may say: in words, of whom, and what comes with it.
import * as z from "zod/mini";
import type { JsonValue } from "../../ports/table.ts";
import { text } from "../text.ts";
import { webUrl } from "../url.ts";

const MAX_METADATA_BYTES = 4096;

/** Something has to be said in it. */
export const words = (max: number) =>
  text({ min: 1, max }).check(
    z.refine((value) => value.trim() !== "", {
      error: "must have a character that is not white space",
    }),
  );

/** What came out of JSON is JSON: to look at each value again would only cost. */
const anyJson = z.unknown() as z.ZodMiniType<JsonValue>;

/** Its size comes before its keys. */
const metadata = z
  .pipe(
    z.unknown().check(
      z.refine((value) => Buffer.byteLength(JSON.stringify(value ?? null)) <= MAX_METADATA_BYTES, {
        error: `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`,
        abort: true,
      }),
    ),
    z.record(z.string(), anyJson),
  )
  .register(z.globalRegistry, { type: "object", additionalProperties: true });

export const said = {
  prompt: words(4000),
  provider: z.optional(words(64)).register(z.globalRegistry, {
    description: "As `GET /ai/models` names it; absent, the model's, or the one that is configured.",
  }),
  model: z.optional(words(128)).register(z.globalRegistry, {
    description: "As `GET /ai/models` names it. `sketch-fail` and others there end as their names say.",
  }),
  seed: z.optional(z.int().check(z.minimum(0), z.maximum(2147483647))),
  dryRun: z._default(z.boolean(), false),
  metadata: z.optional(metadata),
  webhookUrl: z.optional(webUrl),
};
