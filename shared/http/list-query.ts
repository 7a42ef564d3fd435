// The parameters of every list.
import * as z from "zod";

/** Extend it for filters: `z.strictObject({ ...listQuery.shape, status: … })`. A cursor's content is for the list itself to judge. */
export const listQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/, "must be a whole number from 1 to 100")
    .transform(Number)
    .default(20),
  cursor: z.string().min(1, "must not be empty").max(512, "is not a cursor of ours").optional(),
});
