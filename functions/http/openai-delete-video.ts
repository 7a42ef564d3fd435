// DELETE /openai/v1/videos/{id}: remove a video that has ended, with its file.
import { bareJson } from "../../shared/faces/openai/answers.ts";
import { findVideo } from "../../shared/faces/openai/find-video.ts";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { openAiFunction } from "../openai-function.ts";

export const handler = openAiFunction({}, async ({ params, user }) => {
  const job = await findVideo(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  await deleteJob(requestRuntime(), keyOf(job));
  return bareJson({ id: job.id, object: "video.deleted", deleted: true });
});
