// GET /uploads/{id}: whether the picture was taken, and where it is.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownUpload } from "../../shared/http/openapi/shapes/upload.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { publicUpload } from "../../shared/uploads/read-upload.ts";

async function getUpload({ params, user }: Accepted) {
  return ok(await publicUpload(requestRuntime(), { userId: user.id, uploadId: params.id ?? "" }));
}

export const handler = httpFunction(
  requestRuntime,
  { auth: "user", summary: "Whether an upload was taken, and where it is.", answers: () => ({ 200: shownUpload }) },
  getUpload,
);
