// Uploads: what lets a file be sent straight to the store, and what became of it.
import * as z from "zod";
import { id, time } from "./common.ts";

const strings = z.record(z.string(), z.string());

/** Which of the two comes depends on the store. */
const signedUpload = z
  .union([
    z.strictObject({ method: z.literal("POST"), url: z.url(), fields: strings }).meta({
      description:
        "A form, multipart/form-data: these fields, unchanged, and behind them the file as the field `file`.",
    }),
    z.strictObject({ method: z.literal("PUT"), url: z.url(), headers: strings }).meta({
      description: "The bare bytes, with these headers.",
    }),
  ])
  .meta({ id: "SignedUpload" });

export const announcedUpload = z
  .strictObject({
    uploadId: id,
    key: z.string(),
    upload: signedUpload,
    expiresAt: time.meta({ description: "Sending has to begin before." }),
  })
  .meta({ id: "AnnouncedUpload" });

export const shownUpload = z
  .strictObject({
    uploadId: id,
    status: z.enum(["pending", "ready", "rejected"]),
    url: z.url().optional().meta({ description: "When it is ready." }),
    reason: z.string().optional().meta({ description: "When it was rejected: why, in a sentence." }),
  })
  .meta({ id: "Upload" });
