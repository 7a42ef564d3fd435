// The fields of whoever registers, logs in or changes themselves.
import * as z from "zod/mini";
import { isEmail, isUsername, MAX_EMAIL, normalizeEmail } from "../users/rules.ts";
import { text } from "./text.ts";

export const email = z
  .string()
  .check(z.overwrite(normalizeEmail), z.refine(isEmail, `must be an e-mail address of at most ${MAX_EMAIL} characters`))
  .register(z.globalRegistry, { format: "email", maxLength: MAX_EMAIL });

export const username = text({ min: 1, max: 64, trim: true }).check(
  z.refine(isUsername, "may not have control characters or line breaks"),
);

export const newPassword = text({ min: 8, max: 128 });

/** One that is only compared: what is too short to be right is wrong, not invalid. */
export const password = text({ min: 1, max: 128 });
