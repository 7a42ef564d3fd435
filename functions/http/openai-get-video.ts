// GET /openai/v1/videos/{id}: a job that makes a video, as OpenAI's clients see it.
import { json } from "../../shared/faces/openai/answers.ts";
import { findVideo } from "../../shared/faces/openai/find-video.ts";
import { videoOf } from "../../shared/faces/openai/video.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { openAiFunction } from "../openai-function.ts";

export const handler = openAiFunction({}, async ({ params, user }) => {
  const job = await findVideo(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  return json(job, videoOf(await publicJob(requestRuntime().store, job)));
});
