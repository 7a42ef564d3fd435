// Ark: a picture is the answer to its start; a video is a task that is asked for until it has ended.
import type { VendorConfig } from "../../config/vendors.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CancelOutcome, Provider } from "../../ports/provider.ts";
import { notTaken, UnclearAnswer } from "../calling/failures.ts";
import { notHanded } from "../calling/inputs.ts";
import { textAt } from "../calling/json.ts";
import { pictureOutcome, startedBy, taskOutcome } from "./answer.ts";
import { callArk, TASKS, taskPath } from "./call.ts";
import { errorOf, meaningOf } from "./errors.ts";
import { models, offer } from "./offer.ts";
import { imageBody, videoBody } from "./request.ts";
import { validate } from "./rules.ts";

export function create(config: VendorConfig): Provider {
  const call = (method: "GET" | "DELETE", id: string, signal: AbortSignal) =>
    callArk(config, { method, path: taskPath(id), signal });

  return {
    ...offer(config),

    async start(request, context) {
      const { signal } = context;
      signal.throwIfAborted();
      // Pictures that were fetched since are seen here only.
      const [wrong] = validate(models, request);
      if (wrong) return { state: "failed", failure: notTaken(wrong.message) };
      const isImage = request.type === "image";
      const making = isImage ? imageBody(config, request, context) : videoBody(config, request, context);
      const body = await making.catch((error) => notHanded(error, context));
      if ("failure" in body) return body;
      const path = isImage ? "images/generations" : TASKS;
      const answer = await callArk(config, { method: "POST", path, body, signal });
      return isImage ? pictureOutcome(config, request.model, answer) : startedBy(answer);
    },

    async check({ id }, { signal }) {
      return taskOutcome(config, await call("GET", id, signal));
    },

    /**
     * Vendor documentation, cancel or delete: DELETE cancels what is queued, is refused while it runs, and deletes the record of what has
     * ended. So it is asked first, and nothing is deleted that an operator paid for.
     */
    async cancel({ id }, { signal }): Promise<CancelOutcome> {
      const found = await call("GET", id, signal);
      const state = found.status === 200 ? textAt(found.json, "status") : undefined;
      const error = errorOf(found.json);
      if (error && meaningOf(error, found.status) === "unknown thing") return "unknown";
      if (!state) throw new UnclearAnswer(found);
      if (state === "cancelled") return "done";
      if (state !== "queued") return "too_late";
      const answer = await call("DELETE", id, signal);
      if (answer.status === 200 || answer.status === 204) return "done";
      // It may have begun since: then it is said next time.
      throw new UnclearAnswer(answer);
    },

    async lookUp() {
      throw new Error("ark knows nothing of our references");
    },

    async open() {
      throw new AppError("invalid_output", { message: "Ark delivers by URL alone." });
    },
  };
}
