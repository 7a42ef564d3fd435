// POST /uploads: announce a picture, and get what lets it be sent straight to the store.
import * as z from "zod/mini";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { announcedUpload } from "../../shared/http/openapi/shapes/upload.ts";
import { created } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { text } from "../../shared/http/text.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { createUpload } from "../../shared/uploads/create-upload.ts";
import { publicCreatedUpload } from "../../shared/uploads/read-upload.ts";
import { MAX_UPLOAD_BYTES, registeredType, uploadTypes } from "../../shared/uploads/upload.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

export const accepts = z.strictObject({
  filename: text({ min: 1, max: 255 }),
  contentType: z.pipe(
    z.transform((value) => (typeof value === "string" ? registeredType(value) : value)),
    z.enum(uploadTypes),
  ),
  size: z.int().check(z.minimum(1), z.maximum(MAX_UPLOAD_BYTES)),
});

async function announceUpload({ body, user }: Accepted<typeof accepts>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const upload = await createUpload(requestRuntime(), { ...body, userId: user.id });
  return created(publicCreatedUpload(upload), `/api/v1/uploads/${upload.upload.id}`);
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "user",
    summary: "Announces a picture; answers what lets it be sent straight to the store.",
    description:
      "A still JPEG, PNG or WebP of at most 10 MB and 64 megapixels, of exactly the size and type that are announced (`image/jpg` is taken for `image/jpeg`), that can be decoded and is nothing else besides. What its texts, EXIF and XMP say does not matter. At most 20 may be pending.",
    answers: () => ({ 201: announcedUpload }),
    errors: ["storage_full"],
  },
  announceUpload,
);
