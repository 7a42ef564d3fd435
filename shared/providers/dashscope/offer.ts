// What Alibaba's Model Studio (DashScope) offers. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { UnclearAnswer } from "../calling/failures.ts";
import { textAt } from "../calling/json.ts";
import { registered } from "../calling/registry.ts";
import { errorOf } from "./answer.ts";
import { callDashscope, taskPath } from "./call.ts";
import { meaningOf } from "./error-codes.ts";
import { readEventBridgeCall } from "./event-bridge.ts";
import file from "./models.json" with { type: "json" };
import { validate } from "./rules.ts";

export const models = registered(file);

/** Vendor documentation, rate limits: most picture models take 2 tasks a second; what exceeds an account's concurrency waits as PENDING. */
const STARTS_PER_SECOND = 2;
/** Vendor documentation, asynchronous tasks: queries, lists and cancels together, for the whole main account. */
const QUERIES_PER_SECOND = 20;

/** There is never such a task: the vendor says UNKNOWN with HTTP 200 to a key that it takes. */
const NO_TASK = "00000000-0000-0000-0000-000000000000";

export function offer(config: VendorConfig | null): OfferedProvider {
  return {
    id: "dashscope",
    isConfigured: config !== null,
    models,
    // Vendor documentation: a start that is sent again is another task, and another bill; tasks carry nothing of ours.
    lostSubmit: "never",
    // Some models have no task: their start takes as long as the picture.
    isSynchronous: true,
    canCancel: true,
    typicalMs: 20_000,
    ...(config && {
      limits: {
        account: accountOf(config.apiKey),
        start: { perSecond: STARTS_PER_SECOND },
        query: { perSecond: QUERIES_PER_SECOND },
      },
    }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("dashscope has no key");
      const answer = await callDashscope(config, { method: "GET", path: taskPath(NO_TASK), signal });
      const error = errorOf(answer);
      if (answer.status === 401 || answer.status === 403 || (error && meaningOf(error) === "account")) {
        const message = "The provider refuses this server's key or account. Its operator has to look at both there.";
        return { status: "down", message };
      }
      if (answer.status === 200 && textAt(answer.json, "output", "task_status")) return { status: "up" };
      if (!error) throw new UnclearAnswer(answer);
      return { status: "down", message: "The provider does not answer as it should just now." };
    },

    readCallback: (call, signal) => readEventBridgeCall(call, signal),
  };
}
