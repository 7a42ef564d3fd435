// What all routes that make something do: accept a request, answer 202 with the job to follow.
import type * as z from "zod/mini";
import { type Accepted, httpFunction } from "../shared/http/http-function.ts";
import { shownJob } from "../shared/http/openapi/shapes/job.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../shared/http/request-headers.ts";
import { jobAnswer } from "../shared/http/results.ts";
import { requireFitStore } from "../shared/http/store-proof.ts";
import { type Generation, submitGeneration } from "../shared/jobs/asking/submit-generation.ts";
import { followJob } from "../shared/jobs/reading/follow.ts";
import type { MadeKind } from "../shared/ports/provider.ts";
import { requestRuntime } from "../shared/runtime/runtime.ts";
import { requireVerified } from "../shared/users/require-verified.ts";

export interface GenerationRoute<Body extends z.ZodMiniType> {
  type: MadeKind;
  body: Body;
  summary: string;
  /** What the body asks for. */
  generationOf(body: z.output<Body>): Generation;
}

export function generationFunction<Body extends z.ZodMiniType>({
  type,
  body,
  summary,
  generationOf,
}: GenerationRoute<Body>) {
  return httpFunction(
    requestRuntime,
    {
      body,
      auth: "user",
      summary,
      headers: ["Idempotency-Key", "Prefer"],
      answers: () => ({
        200: [shownJob, "This key and body were sent before: the job as it is now."],
        201: [shownJob, "The job has ended within the time that Prefer names, however it ended."],
        202: [shownJob, "The job goes on; follow it at Location."],
      }),
      errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
    },
    generate,
  );

  async function generate({ body, user, headers, signal }: Accepted<Body>) {
    requireVerified(requestRuntime(), user);
    await requireFitStore(requestRuntime());
    const idempotencyKey = idempotencyKeyOf(headers);
    const request = generationOf(body as z.output<Body>);
    const submitted = await submitGeneration(requestRuntime(), { type, userId: user.id, request, idempotencyKey });
    return jobAnswer(await followJob(requestRuntime(), submitted, { waitMs: preferredWaitMs(headers), signal }));
  }
}
