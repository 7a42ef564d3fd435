// What `archive` offers, without what does the work.
import type { ErrorDetail } from "../../errors/app-error.ts";
import { archiveFormats } from "../../ports/archive.ts";
import type { Model, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";

const models: readonly Model[] = archiveFormats.map((id) => ({
  ...{ id, type: "archive", operations: ["generate"], price: 0, maxOutputs: 1, maxInputs: 1, isForProductions: true },
}));

export const archiveOffer: OfferedProvider = {
  id: "archive",
  isConfigured: true,
  models,
  lostSubmit: "restart",
  isSynchronous: false,
  canCancel: false,
  typicalMs: 5000,

  validate({ type, archive, model, inputs = [] }: ProviderRequest): ErrorDetail[] {
    const isRight =
      type === "archive" && archive?.format === model && inputs.length === 1 && inputs[0]?.type === "text";
    return isRight ? [] : [{ path: "model", message: "archive makes exports of productions, and nothing else." }];
  },

  async health(signal) {
    signal.throwIfAborted();
    return { status: "up" };
  },
};
