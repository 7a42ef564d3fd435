// What Volcengine's Ark offers: videos by Seedance, pictures by Seedream. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { CallbackNews, OfferedProvider, VendorCall } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { parsed } from "../calling/call-vendor.ts";
import { UnclearAnswer } from "../calling/failures.ts";
import { textAt } from "../calling/json.ts";
import { registered } from "../calling/registry.ts";
import { callArk, TASKS } from "./call.ts";
import { errorOf, meaningOf } from "./errors.ts";
import file from "./models.json" with { type: "json" };
import { validate } from "./rules.ts";

export const models = registered(file);

/** Vendor documentation: 500 pictures and 600 tasks a minute for each model; tasks beyond what runs at a time wait in its queue. */
const STARTS_PER_SECOND = 8;

export function offer(config: VendorConfig | null): OfferedProvider {
  return {
    id: "ark",
    isConfigured: config !== null,
    models,
    // Tasks carry nothing of ours, and no key is documented by which a start could be sent again.
    lostSubmit: "never",
    // A picture's start takes as long as the picture.
    isSynchronous: true,
    canCancel: true,
    typicalMs: 30_000,
    ...(config && { limits: { account: accountOf(config.apiKey), start: { perSecond: STARTS_PER_SECOND } } }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("ark has no key");
      const answer = await callArk(config, { method: "GET", path: `${TASKS}?page_num=1&page_size=1`, signal });
      if (answer.status === 200 && Array.isArray(Object(answer.json).items)) return { status: "up" };
      const error = errorOf(answer.json);
      if (!error) throw new UnclearAnswer(answer);
      const meaning = meaningOf(error, answer.status);
      if (meaning === "too fast") return { status: "up" };
      return {
        status: "down",
        message:
          meaning === "account"
            ? "The provider refuses this server's key or account. Its operator has to look at both there."
            : "The provider does not answer as it should just now.",
      };
    },

    readCallback: async (call) => newsOf(call),
  };
}

/** Nothing signs these calls: only the address that we gave makes them ours, and what they say is asked for again. */
function newsOf({ isOfAttempt, body }: VendorCall): CallbackNews | null {
  const taskId = isOfAttempt ? textAt(parsed(Buffer.from(body).toString()), "id") : undefined;
  return taskId ? { taskIds: [taskId] } : null;
}
