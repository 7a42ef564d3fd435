// GET /openai/v1/videos/{id}/content: the way to the file in the store.
import * as z from "zod/mini";
import { AppError } from "../../shared/errors/app-error.ts";
import { redirect } from "../../shared/faces/openai/answers.ts";
import { findVideo } from "../../shared/faces/openai/find-video.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { openAiFunction } from "../openai-function.ts";

const query = z.strictObject({
  variant: z.optional(z.literal("video", "is not offered here: there is the video alone")),
});

export const handler = openAiFunction({ query }, async ({ params, user }) => {
  const job = await findVideo(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  const {
    outputs: [output],
    status,
  } = await publicJob(requestRuntime().store, job);
  if (output) return redirect(302, output.url, job);
  throw new AppError("conflict", { message: `The video is not there: it is ${status}. Ask GET videos/${job.id}.` });
});
