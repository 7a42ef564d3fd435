// Kling: three kinds of tasks under one protocol. Starts one, asks after it, and finds one again by our own reference.
import type { VendorConfig } from "../../config/vendors.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, Provider, ProviderTask, StartOutcome } from "../../ports/provider.ts";
import { notTaken, UnclearAnswer } from "../calling/failures.ts";
import { notHanded } from "../calling/inputs.ts";
import { textAt } from "../calling/json.ts";
import { outcomeOf } from "./answer.ts";
import { callKling, type Kind, kinds } from "./call.ts";
import { failureOf, meaningOf } from "./errors.ts";
import { models, offer } from "./offer.ts";
import { bodyOf, kindOf } from "./request.ts";
import { validate } from "./rules.ts";

const FIRST_CHECK_MS = 10_000;

export function create(config: VendorConfig): Provider {
  return {
    ...offer(config),

    async start(request, context): Promise<StartOutcome> {
      const { signal } = context;
      signal.throwIfAborted();
      // Pictures that were fetched since are seen here only.
      const [wrong] = validate(models, request);
      if (wrong) return { state: "failed", failure: notTaken(wrong.message) };
      const kind = kindOf(request);
      const body = await bodyOf(request, context).catch((error) => notHanded(error, context));
      if ("failure" in body) return body;
      const answer = await callKling(config, { method: "POST", path: kind, body, signal });
      if (meaningOf(answer) !== "fine") return { state: "failed", failure: failureOf(answer) };
      const id = textAt(answer.json, "data", "task_id");
      if (!id) throw new UnclearAnswer(answer);
      return { state: "started", task: taskOf(id, kind), checkAfterMs: FIRST_CHECK_MS };
    },

    async check(task, { signal }) {
      return outcomeOf(await callKling(config, { method: "GET", path: pathOf(task), signal }));
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    /** Each kind has its tasks for itself, and which one it was is not known here. */
    async lookUp(context) {
      for (const kind of kinds) {
        const task = await find(config, kind, context);
        if (task) return task;
      }
      return null;
    },

    async open(_source, _request, { signal }) {
      signal.throwIfAborted();
      throw new AppError("invalid_output", { message: "Kling delivers by URL alone." });
    },
  };
}

/** Null only when Kling says so: another answer than that it does not know it means that nobody knows. */
async function find(config: VendorConfig, kind: Kind, context: CallContext): Promise<ProviderTask | null> {
  const { reference, signal } = context;
  const path = `${kind}/${encodeURIComponent(reference)}`;
  const answer = await callKling(config, { method: "GET", path, signal });
  const meaning = meaningOf(answer);
  if (meaning === "unknown thing" || (meaning === "request" && saysNotFound(answer.json))) return null;
  const id = meaning === "fine" ? textAt(answer.json, "data", "task_id") : undefined;
  const given = textAt(answer.json, "data", "task_info", "external_task_id");
  if (!id || (given !== undefined && given !== reference)) throw new UnclearAnswer(answer);
  return taskOf(id, kind);
}

/** Which code it gives for this is not documented: 1203 is for resources, 1201 for values. */
function saysNotFound(json: unknown): boolean {
  return /not (found|exist)|does not exist/i.test(textAt(json, "message") ?? "");
}

function taskOf(id: string, kind: Kind): ProviderTask {
  return { id, data: { kind } };
}

function pathOf({ id, data }: ProviderTask): string {
  const kind = kinds.find((each) => each === data?.kind) ?? kinds[0];
  return `${kind}/${encodeURIComponent(id)}`;
}
