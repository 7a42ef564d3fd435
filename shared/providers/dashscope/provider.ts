// Alibaba's Model Studio (DashScope): a task is started and asked for until it has ended; a few models answer their start with the pictures.

import type { VendorConfig } from "../../config/vendors.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, Provider, ProviderTask, VisualKind } from "../../ports/provider.ts";
import { notHanded } from "../calling/inputs.ts";
import { visual } from "../calling/visual.ts";
import { cancelOutcome, startedBy, taskOutcome } from "./answer.ts";
import { callDashscope, taskPath } from "./call.ts";
import { offer } from "./offer.ts";
import { picturesFor } from "./pictures.ts";
import { requestOf } from "./request.ts";
import { startSpeech } from "./speech.ts";

export function create(config: VendorConfig): Provider {
  return {
    ...offer(config),

    async start(request, context) {
      context.signal.throwIfAborted();
      if (request.type === "audio") return startSpeech(config, request, context);
      const pictures = await picturesFor(request, context).catch((error) => notHanded(error, context));
      if ("state" in pictures) return pictures;
      const { path, isAsync, json } = requestOf(request, pictures);
      const answer = await callDashscope(config, { method: "POST", path, json, isAsync, signal: context.signal });
      return startedBy(answer, visual(request.type), isFirst(context));
    },

    async check(task, context) {
      const answer = await callDashscope(config, { method: "GET", path: taskPath(task.id), signal: context.signal });
      return taskOutcome(answer, typeOf(task), isFirst(context));
    },

    async cancel({ id }, { signal }) {
      return cancelOutcome(await callDashscope(config, { method: "POST", path: `${taskPath(id)}/cancel`, signal }));
    },

    async lookUp() {
      throw new Error("dashscope knows nothing of our references");
    },

    async open() {
      throw new AppError("invalid_output");
    },
  };
}

/** A reference ends in the attempt's number. */
function isFirst({ reference }: CallContext): boolean {
  return reference.endsWith("-1");
}

function typeOf({ data }: ProviderTask): VisualKind {
  return data?.type === "video" ? "video" : "image";
}
