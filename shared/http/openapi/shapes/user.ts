// Users and their tokens.
import * as z from "zod";
import { count, id, time } from "./common.ts";

const token = {
  token: z.string().meta({ description: "Send it as Authorization: Bearer." }),
  expiresAt: time,
};

export const session = z.strictObject({ userId: id, email: z.string(), ...token }).meta({ id: "Session" });

export const shownUser = z
  .strictObject({
    userId: id,
    username: z.string(),
    email: z.string(),
    emailVerified: z.boolean().meta({ description: "Whether somebody has shown that they read mail there." }),
    role: z.enum(["user", "admin"]),
    createdAt: time,
  })
  .meta({ id: "User" });

export const shownMe = z
  .strictObject({
    ...shownUser.shape,
    storage: z.strictObject({
      usedBytes: count.meta({ description: "Of kept files: outputs, uploads, and inputs that wait for a retry." }),
      maxBytes: count,
    }),
  })
  .meta({ id: "Me" });

/** The new token comes with a new password only. */
export const changedUser = z
  .strictObject({
    ...shownUser.shape,
    token: token.token.optional(),
    expiresAt: token.expiresAt.optional(),
  })
  .meta({ id: "ChangedUser" });

export const verified = z.strictObject({ email: z.string(), emailVerified: z.boolean() }).meta({ id: "Verified" });

export const resetDone = z.strictObject({ email: z.string() }).meta({ id: "PasswordReset" });
