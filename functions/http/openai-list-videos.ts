// GET /openai/v1/videos: the user's videos, newest first, as OpenAI's clients page through them.
import * as z from "zod/mini";
import { bareJson } from "../../shared/faces/openai/answers.ts";
import { videoOf } from "../../shared/faces/openai/video.ts";
import { idCursor, listQuery } from "../../shared/http/list-query.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { listJobs } from "../../shared/jobs/reading/read.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { openAiFunction } from "../openai-function.ts";

const query = z.strictObject({
  limit: listQuery.shape.limit,
  after: listQuery.shape.cursor,
  order: z.optional(z.literal("desc", "must be desc: the newest come first here")),
});

export const handler = openAiFunction({ query }, async ({ query: { limit, after }, user }) => {
  const { table, store } = requestRuntime();
  const { jobs, next } = await listJobs(table, user.id, { limit, after: idCursor(after), type: ["video"] });
  const data = await Promise.all(jobs.map(async (job) => videoOf(await publicJob(store, job))));
  const ids = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return bareJson({ object: "list", data, ...ids, has_more: next !== null });
});
