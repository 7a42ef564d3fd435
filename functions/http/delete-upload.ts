// DELETE /uploads/{id}: remove an upload in whatever state, with its file.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { ok } from "../../shared/http/results.ts";
import { requireUnused } from "../../shared/jobs/asking/require-unused.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { deleteUpload } from "../../shared/uploads/delete-upload.ts";

async function removeUpload({ params: { id = "" }, user }: Accepted) {
  await requireUnused(requestRuntime(), user.id, { uploadId: id });
  await deleteUpload(requestRuntime(), { userId: user.id, uploadId: id });
  return ok(null);
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "Remove an upload, in whatever state, with its file.",
    description:
      "It is gone at once, and what it took is free again; the file itself goes within a minute. One that an unfinished job works on cannot be removed.",
    answers: () => ({ 200: nothing }),
    errors: ["conflict"],
  },
  removeUpload,
);
