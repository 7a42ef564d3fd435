// Where a reader of a live feed goes on, when it does not stream.
import * as z from "zod/mini";
import { asWholeNumber } from "./list-query.ts";
import { eventNumberPattern, noEventNumber } from "./request-headers.ts";

export const feedQuery = z.strictObject({
  since: z
    .optional(z.pipe(z.string().check(z.regex(eventNumberPattern, noEventNumber)), z.transform(Number)))
    .register(
      z.globalRegistry,
      asWholeNumber({ minimum: 0, description: "Answers at once, as JSON: what is newer than this number." }),
    ),
});
