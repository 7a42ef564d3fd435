// Ids in requests and answers.
import * as z from "zod/mini";
import { jobIdPattern } from "../ports/ids.ts";

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

/** A lower-case UUIDv7. */
export const id = z
  .string()
  .check(z.regex(new RegExp(`^${uuid}$`)))
  .register(z.globalRegistry, { format: "uuid" });

/** Of any job, also of one that a production has made. */
export const jobId = z.string().check(z.regex(jobIdPattern)).register(z.globalRegistry, { format: "uuid" });
