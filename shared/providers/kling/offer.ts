// What Kling offers: videos of words or of pictures, and pictures. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { CallbackNews, OfferedProvider, VendorCall } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { parsed } from "../calling/call-vendor.ts";
import { UnclearAnswer } from "../calling/failures.ts";
import { textAt } from "../calling/json.ts";
import { registered } from "../calling/registry.ts";
import { callKling } from "./call.ts";
import { meaningOf } from "./errors.ts";
import file from "./models.json" with { type: "json" };
import { validate } from "./rules.ts";

export const models = registered(file);

export function offer(config: VendorConfig | null): OfferedProvider {
  return {
    id: "kling",
    isConfigured: config !== null,
    models,
    // Vendor documentation: a task can be asked for by the `external_task_id` that it was given.
    lostSubmit: "lookUp",
    isSynchronous: false,
    // No way to cancel is documented.
    canCancel: false,
    typicalMs: 90_000,
    // Vendor documentation, concurrency: so many tasks at a time as the account's packages say. How many calls a second is not said.
    ...(config && { limits: { account: accountOf(config.apiKey) } }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("kling has no key");
      const answer = await callKling(config, { method: "GET", path: "videos/text2video?pageNum=1&pageSize=1", signal });
      switch (meaningOf(answer)) {
        case "fine":
        case "too fast":
          return { status: "up" };
        case "account":
          return {
            status: "down",
            message: "The provider refuses this server's key or account. Its operator has to look at both there.",
          };
        case "unclear":
          throw new UnclearAnswer(answer);
        default:
          return { status: "down", message: "The provider does not answer as it should just now." };
      }
    },

    readCallback: async (call) => newsOf(call),
  };
}

/** Nothing signs these calls: only the address that we gave makes them ours, and what they say is asked for again. */
function newsOf({ isOfAttempt, body }: VendorCall): CallbackNews | null {
  if (!isOfAttempt) return null;
  const json = parsed(Buffer.from(body).toString());
  // The documentation shows the task alone, and elsewhere as `data` of an answer.
  const taskId = textAt(json, "task_id") ?? textAt(json, "data", "task_id");
  return taskId ? { taskIds: [taskId] } : null;
}
