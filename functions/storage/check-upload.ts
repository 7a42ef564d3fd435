// Object created under temp/uploads/: look at the bytes, and keep them in their permanent place or reject them.
import { storageFunction } from "../../shared/events/storage-function.ts";
import { parseTempUploadKey } from "../../shared/media/keys.ts";
import { filesRuntime } from "../../shared/runtime/runtime.ts";
import { checkUpload } from "../../shared/uploads/check-upload.ts";

export const handler = storageFunction(filesRuntime, parseTempUploadKey, checkUpload);
