// Object created under temp/uploads/: look at the bytes, and keep them in their permanent place or reject them.
import type { ObjectCreated } from "../../shared/events/storage.ts";
import { parseTempUploadKey } from "../../shared/media/keys.ts";
import { filesRuntime } from "../../shared/runtime/runtime.ts";
import { checkUpload } from "../../shared/uploads/check-upload.ts";

export async function handler({ key }: ObjectCreated): Promise<void> {
  const upload = parseTempUploadKey(key);
  if (upload) await checkUpload(filesRuntime(), upload);
}
