// Looking at the bytes that somebody sent, before anything decodes them: are they the one picture that was announced, and nothing else?
import { AppError } from "../errors/app-error.ts";
import { watchForDisguise } from "../media/disguise.ts";
import { inspectMedia } from "../media/inspect.ts";
import type { StoredObject } from "../ports/object-store.ts";
import { extensionOf, MAX_UPLOAD_BYTES, type UploadedFile, type UploadType } from "./upload.ts";

/** What a decoder would have to hold: 64 megapixels are 256 MB of RGBA. */
const MAX_PIXELS = 64_000_000;

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
    const extensions = [extensionOf(contentType)];
    const options = { expect: "image", extensions, maxBytes: MAX_UPLOAD_BYTES, expectedBytes: size } as const;
    const { body, result } = inspectMedia(stored.body, options);
    const disguise = watchForDisguise(body);
    for await (const _ of disguise.body);
    const reason = disguise.reason();
    return reason === null ? judge(result(), contentType) : bad(reason);
  } catch (error) {
    if (error instanceof AppError && error.type === "invalid_output") return bad(error.message);
    throw error;
  } finally {
    stored.body.destroy();
  }
}

function judge({ size, sha256, width, height, durationMs }: Inspected, contentType: UploadType): Finding {
  if (width * height > MAX_PIXELS) {
    return bad(`The image is ${width} by ${height} pixels; at most ${MAX_PIXELS / 1e6} megapixels are taken.`);
  }
  if (durationMs !== null) return bad("The image is animated; only still images are taken.");
  return { isGood: true, file: { size, contentType, sha256, width, height } };
}

type Inspected = ReturnType<ReturnType<typeof inspectMedia>["result"]>;

function bad(reason: string): Finding {
  return { isGood: false, reason };
}
