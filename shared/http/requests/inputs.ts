// The pictures that are to be worked on.
import * as z from "zod/mini";
import { fileUrl } from "../url.ts";
import { output, uploaded } from "./picture.ts";

/** A picture to work on. */
const input = z.union([
  uploaded,
  output,
  z.strictObject({ url: fileUrl }).register(z.globalRegistry, {
    description: "http, https or data: fetched once, before the first attempt, and kept with the job.",
  }),
]);

export const inputs = z.optional(z.array(input).check(z.maxLength(5))).register(z.globalRegistry, {
  description: "Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes.",
});
