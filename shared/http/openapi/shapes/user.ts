// Users and their tokens.
import * as z from "zod/mini";
import { count, id, time } from "./common.ts";

const token = {
  token: z.string().register(z.globalRegistry, { description: "Send it as Authorization: Bearer." }),
  expiresAt: time,
};

export const session = z
  .strictObject({ userId: id, email: z.string(), ...token })
  .register(z.globalRegistry, { id: "Session" });

export const shownUser = z
  .strictObject({
    userId: id,
    username: z.string(),
    email: z.string(),
    emailVerified: z
      .boolean()
      .register(z.globalRegistry, { description: "Whether somebody has shown that they read mail there." }),
    role: z.enum(["user", "admin"]),
    createdAt: time,
  })
  .register(z.globalRegistry, { id: "User" });

export const shownMe = z
  .strictObject({
    ...shownUser.shape,
    storage: z.strictObject({
      usedBytes: count.clone().register(z.globalRegistry, {
        description: "Of kept files: outputs, uploads, and inputs that wait for a retry.",
      }),
      maxBytes: count,
    }),
  })
  .register(z.globalRegistry, { id: "Me" });

/** The new token comes with a new password only. */
export const changedUser = z
  .strictObject({
    ...shownUser.shape,
    token: z.optional(token.token),
    expiresAt: z.optional(token.expiresAt),
  })
  .register(z.globalRegistry, { id: "ChangedUser" });

export const verified = z
  .strictObject({ email: z.string(), emailVerified: z.boolean() })
  .register(z.globalRegistry, { id: "Verified" });

export const resetDone = z.strictObject({ email: z.string() }).register(z.globalRegistry, { id: "PasswordReset" });
