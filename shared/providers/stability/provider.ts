// Stability: most operations answer with the picture itself, some with a task whose result is asked for. Nothing can be cancelled.
import type { VendorConfig } from "../../config/vendors.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Money, Provider, ProviderRequest, ProviderTask } from "../../ports/provider.ts";
import { openVendor } from "../calling/call-vendor.ts";
import { broken, notTaken, UnclearAnswer } from "../calling/failures.ts";
import { notHanded } from "../calling/inputs.ts";
import { textAt } from "../calling/json.ts";
import { chunksOf, failureOf, filtered, isPicture, jsonOf, letGo } from "./answer.ts";
import { baseUrlOf, models, offer } from "./offer.ts";
import { formOf } from "./request.ts";
import { routeOf } from "./routes.ts";

/** Vendor documentation, results: "no more than once every 10 seconds". */
const POLL_MS = 10_000;

export function create(config: VendorConfig): Provider {
  const call = (method: "GET" | "POST", path: string, signal: AbortSignal, body?: FormData) =>
    openVendor({
      ...{ method, url: `${baseUrlOf(config)}/v2beta/${path}`, body, signal },
      headers: { authorization: `Bearer ${config.apiKey}`, accept: "image/*" },
    });
  const result = (id: string, signal: AbortSignal) => call("GET", `results/${encodeURIComponent(id)}`, signal);

  return {
    ...offer(config),

    async start(request, context) {
      const { signal, keep } = context;
      signal.throwIfAborted();
      const route = routeOf(request.model);
      if (!route) return { state: "failed", failure: notTaken("There is no such model.") };
      if (!keep) throw new Error("there is nobody who keeps the picture");
      const form = await formOf(route, request, context).catch((error) => notHanded(error, context));
      if ("failure" in form) return form;
      const answer = await call("POST", `stable-image/${route.path}`, signal, form);
      if (route.isTask && (answer.status === 200 || answer.status === 202)) {
        const id = textAt(await jsonOf(answer.body), "id");
        if (!id) throw new UnclearAnswer(answer);
        return { state: "started", task: taskOf(id, request), checkAfterMs: POLL_MS };
      }
      if (!isPicture(answer)) return { state: "failed", failure: await failureOf(answer) };
      const failure = await filtered(answer, costOf(request));
      if (failure) return { state: "failed", failure };
      try {
        await keep(0, chunksOf(answer.body));
      } finally {
        // Somebody may have kept it before, and not have read this one.
        await letGo(answer.body).catch(() => undefined);
      }
      return { state: "succeeded", sources: [{ kind: "kept" }] };
    },

    async check({ id, data }, { signal }) {
      const answer = await result(id, signal);
      if (answer.status === 202) {
        await letGo(answer.body);
        return { state: "running", checkAfterMs: POLL_MS };
      }
      if (isPicture(answer)) {
        const usd = data?.usd;
        const failure = await filtered(answer, typeof usd === "number" ? { amount: usd, currency: "USD" } : undefined);
        if (failure) return { state: "failed", failure };
        await letGo(answer.body);
        return { state: "succeeded", sources: [{ kind: "stream", data: { id } }] };
      }
      const failure = await failureOf(answer);
      // Vendor documentation, results: kept for 24 hours.
      if (answer.status === 404)
        return { state: "failed", failure: broken("It knows nothing of the result any more.") };
      if (answer.status >= 500) throw new UnclearAnswer(answer);
      return { state: "failed", failure };
    },

    async cancel(_, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("stability knows nothing of our references");
    },

    async open({ data }, _, { signal }) {
      signal.throwIfAborted();
      if (typeof data.id !== "string") throw new AppError("fetch_failed");
      const answer = await result(data.id, signal);
      if (isPicture(answer)) return answer.body;
      await letGo(answer.body);
      throw new AppError("fetch_failed", answer.status === 404 ? { retryable: false } : {});
    },
  };
}

function taskOf(id: string, request: ProviderRequest): ProviderTask {
  const cost = costOf(request);
  return cost ? { id, data: { usd: cost.amount } } : { id };
}

function costOf({ model }: ProviderRequest): Money | undefined {
  const cost = models.find(({ id }) => id === model)?.cost;
  return cost && { amount: cost.amount, currency: cost.currency };
}
