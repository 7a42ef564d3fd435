// Looking at the bytes that somebody sent: are they the one picture that was announced, and nothing else?

import { AppError } from "../errors/app-error.ts";
import { checkAndDecode } from "../media/decode.ts";
import { sidesOf } from "../media/sides.ts";
import type { StoredObject } from "../ports/object-store.ts";
import { extensionOf, MAX_UPLOAD_BYTES, type UploadedFile, type UploadType } from "./upload.ts";

export type Finding = { isGood: true; file: Omit<UploadedFile, "key"> } | { isGood: false; reason: string };

/** Reads the body to its end, or as far as is needed to refuse it. Throws when the store does not give all of it. */
export async function examine(
  stored: StoredObject,
  announced: { contentType: UploadType; size: number },
): Promise<Finding> {
  const { contentType, size } = announced;
  try {
    if (stored.info.size !== size) {
      return bad(`The file has ${stored.info.size} bytes; ${size} were announced.`);
    }
    const { body, result } = checkAndDecode(stored.body, {
      expect: "image",
      extensions: [extensionOf(contentType)],
      onlyStill: true,
      maxBytes: MAX_UPLOAD_BYTES,
      expectedBytes: size,
    });
    for await (const _ of body);
    const found = result();
    return { isGood: true, file: { size, contentType, sha256: found.sha256, ...sidesOf(found) } };
  } catch (error) {
    if (error instanceof AppError && error.type === "invalid_output") return bad(error.message);
    throw error;
  } finally {
    stored.body.destroy();
  }
}

function bad(reason: string): Finding {
  return { isGood: false, reason };
}
