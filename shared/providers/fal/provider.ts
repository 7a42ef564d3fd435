// fal's queue: a request is put into it, asked for until it has ended, and then its result is, which tells success from failure.

import type { VendorConfig } from "../../config/vendors.ts";
import type { CancelOutcome, Provider, ProviderTask, VisualKind } from "../../ports/provider.ts";
import { notTaken, UnclearAnswer } from "../calling/failures.ts";
import { notHanded, urlOfInput } from "../calling/inputs.ts";
import { textAt } from "../calling/json.ts";
import { visual } from "../calling/visual.ts";
import { errorOf, resultOutcome, startedBy, statusOutcome } from "./answer.ts";
import { appOf, baseOf, callFal, urlOf } from "./call.ts";
import { modelsWith } from "./models.ts";
import { offer } from "./offer.ts";
import { inputOf, modelOf } from "./request.ts";

/** Types of the vendor's client: how long it keeps what was made. It is fetched at once; a day is for those that come late. */
const KEPT = { "x-fal-object-lifecycle-preference": JSON.stringify({ expiration_duration_seconds: 86_400 }) };

export function create(config: VendorConfig): Provider {
  const models = modelsWith(config.models ?? []);

  return {
    ...offer(config),

    async start(request, context) {
      const { signal, callbackUrl } = context;
      signal.throwIfAborted();
      const model = modelOf(models, request);
      if (!model) return { state: "failed", failure: notTaken("This model is no longer configured.") };
      const inputs = request.inputs ?? [];
      const urls = inputs.map((input, index) => urlOfInput(context, index, input));
      const pictures = await Promise.all(urls).catch((error) => notHanded(error, context));
      if ("failure" in pictures) return pictures;
      const query = callbackUrl === undefined ? "" : `?fal_webhook=${encodeURIComponent(callbackUrl)}`;
      const url = `${baseOf(config)}/${model.id}${query}`;
      const json = inputOf(model, request, pictures);
      const answer = await callFal(config, { method: "POST", url, headers: KEPT, json, signal });
      return startedBy(answer, { app: appOf(model.id), type: visual(model.type) });
    },

    async check(task, { signal }) {
      const type = typeOf(task);
      const status = await callFal(config, { method: "GET", url: urlOf(config, task, "status_url"), signal });
      const outcome = statusOutcome(status, type);
      if (outcome.state !== "ended") return outcome;
      const result = await callFal(config, { method: "GET", url: urlOf(config, task, "response_url"), signal });
      return resultOutcome(result, status, type);
    },

    /** Vendor documentation, queue: what waits is taken out; what runs is stopped if its model lets itself be. */
    async cancel(task, { signal }): Promise<CancelOutcome> {
      const answer = await callFal(config, { method: "PUT", url: urlOf(config, task, "cancel_url"), signal });
      const said = textAt(answer.json, "status");
      if (answer.status === 202 || said === "CANCELLATION_REQUESTED") return "done";
      if (answer.status === 400 && said === "ALREADY_COMPLETED") return "too_late";
      if (answer.status === 404 && answer.json !== undefined) return "unknown";
      throw new UnclearAnswer(answer);
    },

    async lookUp() {
      throw new Error("fal knows nothing of our references");
    },

    async open({ data }) {
      throw errorOf(data);
    },
  };
}

function typeOf({ data }: ProviderTask): VisualKind {
  return textAt(data, "type") === "video" ? "video" : "image";
}
