// Runway: a task is started, asked for until it has ended, and its files are fetched from URLs that a further question makes anew.
import type { VendorConfig } from "../../config/vendors.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CancelOutcome, Provider } from "../../ports/provider.ts";
import { UnclearAnswer } from "../calling/failures.ts";
import { notHanded } from "../calling/inputs.ts";
import { textAt } from "../calling/json.ts";
import { startedBy, taskOutcome } from "./answer.ts";
import { callRunway } from "./call.ts";
import { offer } from "./offer.ts";
import { picturesFor } from "./pictures.ts";
import { requestOf } from "./request.ts";

export function create(config: VendorConfig): Provider {
  const call = (method: "GET" | "DELETE", id: string, signal: AbortSignal) =>
    callRunway(config, { method, path: `/v1/tasks/${encodeURIComponent(id)}`, signal });

  return {
    ...offer(config),

    async start(request, context) {
      context.signal.throwIfAborted();
      const pictures = await picturesFor(config, request.inputs ?? [], context).catch((error) =>
        notHanded(error, context),
      );
      if ("failure" in pictures) return pictures;
      const { path, json } = requestOf(request, pictures);
      return startedBy(await callRunway(config, { method: "POST", path, json, signal: context.signal }));
    },

    async check({ id }, { reference, signal }) {
      return taskOutcome(await call("GET", id, signal), reference.endsWith("-1"));
    },

    /**
     * Vendor documentation, tasks: DELETE cancels what has not ended, and deletes what has. What has ended is left as it is, for an operator
     * who pays for it to see; so it is asked first.
     */
    async cancel({ id }, { signal }): Promise<CancelOutcome> {
      const found = await call("GET", id, signal);
      // It is gone: the answer to an earlier cancel was lost.
      if (found.status === 404 && textAt(found.json, "error")) return "done";
      const state = textAt(found.json, "status");
      if (found.status !== 200 || !state) throw new UnclearAnswer(found);
      if (state === "CANCELLED") return "done";
      if (state === "SUCCEEDED" || state === "FAILED") return "too_late";
      const deleted = await call("DELETE", id, signal);
      if (deleted.status === 204 || deleted.status === 404) return "done";
      throw new UnclearAnswer(deleted);
    },

    async lookUp() {
      throw new Error("runway knows nothing of our references");
    },

    async open() {
      throw new AppError("invalid_output");
    },
  };
}
