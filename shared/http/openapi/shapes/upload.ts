// Uploads: what lets a file be sent straight to the store, and what became of it.
import * as z from "zod/mini";
import { id, time } from "./common.ts";

const strings = z.record(z.string(), z.string());

/** Which of the two comes depends on the store. */
const signedUpload = z
  .union([
    z.strictObject({ method: z.literal("POST"), url: z.url(), fields: strings }).register(z.globalRegistry, {
      description:
        "A form, multipart/form-data: these fields, unchanged, and behind them the file as the field `file`.",
    }),
    z.strictObject({ method: z.literal("PUT"), url: z.url(), headers: strings }).register(z.globalRegistry, {
      description: "The bare bytes, with these headers.",
    }),
  ])
  .register(z.globalRegistry, { id: "SignedUpload" });

export const announcedUpload = z
  .strictObject({
    uploadId: id,
    key: z.string(),
    upload: signedUpload,
    expiresAt: time.clone().register(z.globalRegistry, { description: "Sending has to begin before." }),
  })
  .register(z.globalRegistry, { id: "AnnouncedUpload" });

export const shownUpload = z
  .strictObject({
    uploadId: id,
    status: z.enum(["pending", "ready", "rejected"]),
    url: z.optional(z.url()).register(z.globalRegistry, { description: "When it is ready." }),
    reason: z
      .optional(z.string())
      .register(z.globalRegistry, { description: "When it was rejected: why, in a sentence." }),
  })
  .register(z.globalRegistry, { id: "Upload" });
