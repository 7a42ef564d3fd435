// What all routes have in common that speak as OpenAI's API does.
import type * as z from "zod/mini";
import type { HttpHandler, HttpResponse } from "../shared/events/http.ts";
import type { Shown } from "../shared/faces/openai/answers.ts";
import { endedBadly, isSentAgain, openAiFailure, stillRunning } from "../shared/faces/openai/failing.ts";
import { chosenBy } from "../shared/faces/openai/model-name.ts";
import { requestMark, sentBefore } from "../shared/faces/openai/sent-before.ts";
import { type Accepted, httpFunction } from "../shared/http/http-function.ts";
import { idempotencyKeyOf } from "../shared/http/request-headers.ts";
import { requireFitStore } from "../shared/http/store-proof.ts";
import { type Generation, submitGeneration } from "../shared/jobs/asking/submit-generation.ts";
import { type Job, keyOf } from "../shared/jobs/job.ts";
import { publicJob } from "../shared/jobs/reading/public-job.ts";
import { watchJob } from "../shared/jobs/reading/read.ts";
import { type Holding, takePlace } from "../shared/jobs/resends/take-place.ts";
import { readsAsEnded } from "../shared/jobs/states.ts";
import type { MadeKind } from "../shared/ports/provider.ts";
import { requestRuntime } from "../shared/runtime/runtime.ts";
import { requireVerified } from "../shared/users/require-verified.ts";

/** What names of models mean here. */
export function modelDeps() {
  const runtime = requestRuntime();
  return { ...runtime, aliases: runtime.config.modelAliases };
}

export function chosen(name: string | null | undefined, kind: Parameters<typeof chosenBy>[2]) {
  return chosenBy(modelDeps(), name, kind);
}

interface OpenAiRoute<Query extends z.ZodMiniObject | undefined> {
  query?: Query & z.ZodMiniObject;
  params?: Readonly<Record<string, RegExp>>;
}

/** A route of this kind: for users, with errors in OpenAI's shape. It is none of the reference's, which is about our own. */
export function openAiFunction<Query extends z.ZodMiniObject | undefined = undefined>(
  options: OpenAiRoute<Query>,
  handle: (request: Accepted<undefined, Query>) => Promise<HttpResponse>,
): HttpHandler {
  return httpFunction(requestRuntime, { ...options, auth: "user", failing: openAiFailure, isUnlisted: true }, handle);
}

interface OpenAiGeneration<Body extends z.ZodMiniObject, Wanted> {
  /** Names the route in what makes two requests equal. */
  route: string;
  type: MadeKind;
  body: Body;
  /** Of a form; absent: only JSON is taken. */
  maxFormBytes?: number;
  /** What the body asks for. */
  generationOf(body: z.output<Body>): Generation;
  /** How the answer is to look: all that is remembered of the body while the job goes on. */
  wanted(body: z.output<Body>): Wanted;
  /** False: the caller gets the job as it is, and follows it. */
  isHeld: boolean;
  /** Of a job that is completed, or that is not waited for. */
  answer(job: Shown, wanted: Wanted): Promise<HttpResponse>;
}

/** One that makes something. Whoever sends a request again without a key, because no answer came, gets the same job: see shared/jobs/resends. */
export function openAiGeneration<Body extends z.ZodMiniObject, Wanted>(
  route: OpenAiGeneration<Body, Wanted>,
): HttpHandler {
  const { body, maxFormBytes } = route;
  const form = maxFormBytes === undefined ? {} : { maxFormBytes };
  return httpFunction(
    requestRuntime,
    { body, ...form, auth: "user", failing: openAiFailure, isUnlisted: true },
    async (call: Accepted<Body>) => {
      requireVerified(requestRuntime(), call.user);
      await requireFitStore(requestRuntime());
      const wanted = route.wanted(call.body as z.output<Body>);
      const place = await placeOf(route, call);
      return place.during(async () => {
        const job = await submit(route, call, place);
        call.letGoOfBody?.();
        return answerInPlace(place, call.signal, () =>
          answerOf(route, job, { wanted, signal: call.signal, timeLimitMs: call.timeLimitMs }),
        );
      });
    },
  );
}

type Route = Pick<OpenAiGeneration<z.ZodMiniObject, unknown>, "route" | "type" | "generationOf">;
type Call = Pick<Accepted, "user" | "headers" | "signal"> & { body: unknown };

/** The caller's own key says all that a place would. */
function placeOf({ route }: Route, { headers, user, body, signal }: Call): Promise<Holding> | Holding {
  const key = idempotencyKeyOf(headers);
  if (key !== null) return { key, during: (act) => act(), answered: nothing, left: nothing, given: nothing };
  const sent = { userId: user.id, route, body: requestMark(body as object), sentBefore: sentBefore(headers) };
  return takePlace(requestRuntime(), sent, signal);
}

const nothing = async () => {};

async function submit({ route, type, generationOf }: Route, { user, body }: Call, place: Holding): Promise<Job> {
  try {
    const asked = { route, body: requestMark(body as object) };
    const request = generationOf(body as never);
    const call = { type, userId: user.id, request, idempotencyKey: place.key, asked };
    return (await submitGeneration(requestRuntime(), call)).job;
  } catch (error) {
    await (isSentAgain(error) ? place.left() : place.given());
    throw error;
  }
}

async function answerInPlace(
  place: Holding,
  signal: AbortSignal,
  make: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  try {
    const response = await make();
    const isFinal = response.status < 500 && response.status !== IN_ANOTHER_FORM && !signal.aborted;
    if (!isFinal) {
      await place.left();
      return response;
    }
    await place.answered();
    // The caller may go while the answer is on its way.
    if (signal.aborted) await place.left();
    else signal.addEventListener("abort", () => void place.left(), { once: true });
    return response;
  } catch (error) {
    await place.left();
    throw error;
  }
}

/** 413: too large for this answer. Whoever asks for URLs instead gets the same job. */
const IN_ANOTHER_FORM = 413;

async function answerOf<Wanted>(
  { isHeld, answer }: Pick<OpenAiGeneration<z.ZodMiniObject, Wanted>, "isHeld" | "answer">,
  first: Job,
  { wanted, signal, timeLimitMs }: { wanted: Wanted } & Pick<Accepted, "signal" | "timeLimitMs">,
): Promise<HttpResponse> {
  const runtime = requestRuntime();
  if (!isHeld) return answer(await publicJob(runtime.store, first), wanted);
  const job = await watchJob(runtime, keyOf(first), { ms: holdMs(timeLimitMs), signal });
  if (!readsAsEnded(job)) return stillRunning(job);
  const shown = await publicJob(runtime.store, job);
  return shown.status === "completed" ? answer(shown, wanted) : endedBadly(shown);
}

/** An answer that is late is none: the call ends before it would be cut off. Where nobody says when, it is Lambda behind an HTTP API, which cuts at 30 s. */
function holdMs(timeLimitMs: number): number {
  return timeLimitMs > 0 ? timeLimitMs - FAREWELL_MS : 25_000;
}

const FAREWELL_MS = 5000;
