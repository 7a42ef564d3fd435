// Where a reader of a live feed goes on, when it does not stream.
import * as z from "zod";
import { eventNumberPattern, noEventNumber } from "./request-headers.ts";

export const feedQuery = z.strictObject({
  since: z.string().regex(eventNumberPattern, noEventNumber).transform(Number).optional(),
});
