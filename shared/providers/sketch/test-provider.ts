// `test`: does what its model's name says, and draws what is to be drawn as `sketch` does. All that it goes by is the task, the attempt's
// number and the time: functions may die, and the next one knows as much.
import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CheckOutcome, Failure, Provider, ProviderRequest, Source, StartOutcome } from "../../ports/provider.ts";
import { createFfmpeg } from "../ffmpeg/find.ts";
import { createSketchProvider, type SketchOptions } from "./provider.ts";
import { isTestModel, type TestModel } from "./test-models.ts";
import { offerTests } from "./test-offer.ts";

const SLOW_MS = 20_000;
const CHECK_AFTER_MS = 2000;

export function createTestProvider({ clock, ...options }: SketchOptions & { clock: Clock }): Provider {
  const sketch = createSketchProvider(options);

  return {
    ...offerTests(createFfmpeg(options.ffmpegPath ?? null)),

    async start(request, context) {
      context.signal.throwIfAborted();
      const { reference } = context;
      const drawn = await sketch.start(request, context);
      if (drawn.state !== "succeeded") return drawn;
      const task: StartOutcome = {
        state: "started",
        task: {
          id: reference,
          data: { model: request.model, startedAt: clock.now(), sources: sourcesAsJson(drawn.sources) },
        },
        checkAfterMs: CHECK_AFTER_MS,
      };
      const outcomes: Record<TestModel, StartOutcome> = {
        "sketch-slow": task,
        "sketch-timeout": task,
        "sketch-fail-once": attemptOf(reference) === 1 ? failing : drawn,
        "sketch-fail": failing,
        "sketch-refused": refusing,
        "sketch-partial": { ...drawn, sources: drawn.sources.slice(0, -1) },
        "sketch-wrong-file": drawn,
        "sketch-expired": drawn,
      };
      if (!isTestModel(request.model)) throw new Error(`there is no test model ${request.model}`);
      return outcomes[request.model];
    },

    async check({ data }, { signal }): Promise<CheckOutcome> {
      signal.throwIfAborted();
      const elapsedMs = Math.max(0, clock.now() - Number(data?.startedAt));
      if (data?.model === "sketch-slow" && elapsedMs >= SLOW_MS) {
        return { state: "succeeded", sources: JSON.parse(String(data.sources)) };
      }
      const progress = Math.min(95, Math.round((100 * elapsedMs) / SLOW_MS));
      return { state: "running", checkAfterMs: CHECK_AFTER_MS, progress };
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "done";
    },

    lookUp: sketch.lookUp,

    async open(source, request, context) {
      context.signal.throwIfAborted();
      if (request.model === "sketch-expired") throw expired();
      return request.model === "sketch-wrong-file" ? page() : sketch.open(source, asDrawn(request), context);
    },
  };
}

/** Data of a task is plain JSON; of sources nobody but this adapter makes anything. */
function sourcesAsJson(sources: Source[]): string {
  return JSON.stringify(sources);
}

function asDrawn(request: ProviderRequest): ProviderRequest {
  return { ...request, model: "sketch" };
}

/** References are `{jobId}-{attempt}`. */
function attemptOf(reference: string): number {
  return Number(reference.split("-").at(-1));
}

const failing = failedBy({
  type: "provider_error",
  message: "This test model fails, as it was asked to.",
  retryable: true,
});
const refusing = failedBy({
  type: "moderation_blocked",
  message: "This test model refuses everything, as providers refuse what they may not show.",
  retryable: false,
});

function failedBy(failure: Failure): { state: "failed"; failure: Failure } {
  return { state: "failed", failure };
}

function expired(): AppError {
  return new AppError("fetch_failed", { message: "The file of this test model has expired before it was fetched." });
}

async function* page(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("<!doctype html><title>This link has expired</title>");
}
