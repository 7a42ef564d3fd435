// What a caller may say of a further round of a production, and of what it would cost.
import * as z from "zod/mini";
import { budget } from "./production.ts";

/** How nodes are named in plans. */
export const nodeIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

export const quotedRound = z.strictObject({
  remake: z
    .optional(
      z
        .array(z.string().check(z.regex(nodeIdPattern, { error: 'must be the id of a part, like "still-e1s2h3"' })))
        .check(z.maxLength(600)),
    )
    .register(z.globalRegistry, { description: "Parts to be made anew, by their ids. Left out: what is missing." }),
});

export const roundRequest = z.strictObject({ budget });
