// What many answers are made of.
import * as z from "zod";

export { id } from "../../id.ts";

/** ISO 8601, UTC, with milliseconds. */
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: "date-time" });

/** The data of an answer that only says that it was done. */
export const nothing = z.null();

/** A whole number of credits, or of anything else that is never below 0. */
export const count = z.int().min(0);

export const mediaType = z.enum(["image", "video", "text", "audio"]);

/** A page of a list, newest first. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    total: count.nullable().meta({ description: "Exact without filters, null with them." }),
    nextCursor: z.string().nullable().meta({ description: "Send it as `cursor` for the next page." }),
    hasMore: z.boolean(),
  });
}
