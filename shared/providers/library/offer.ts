// What the operator's own music offers, without the store that holds it.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";
import { musicFolder } from "./pieces.ts";

const MAX_OUTPUTS = 4;
const MAX_SEED = 2 ** 31 - 1;

/** It says no `durations`: a piece is as long as it is, whatever is asked for, and a film repeats or ends it. */
const models: readonly Model[] = [
  {
    ...{ id: "library", type: "audio", operations: ["generate"], sounds: ["music"] },
    ...{ price: 0, maxOutputs: MAX_OUTPUTS },
  },
];

export const libraryOffer: OfferedProvider = {
  id: "library",
  isConfigured: true,
  models,
  lostSubmit: "restart",
  isSynchronous: false,
  canCancel: false,
  typicalMs: 1000,

  validate,

  async health(signal) {
    signal.throwIfAborted();
    return { status: "up", message: `Which moods there is music for shows in the store, below ${musicFolder}.` };
  },
};

function validate({ model, type, operation, n, sound, seed = 0, inputs = [], ...request }: ProviderRequest) {
  const wrong: ErrorDetail[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) wrong.push({ path, message });
  };
  check(model === "library", "model", "library has one model, `library`.");
  check(type === "audio" && sound?.kind === "music", "model", "library has music, and nothing else.");
  check(operation === "generate", "operation", "library offers `generate`.");
  check(isWithin(n, 1, MAX_OUTPUTS), "n", `Must be a whole number from 1 to ${MAX_OUTPUTS}.`);
  check(isWithin(seed, 0, MAX_SEED), "seed", `Must be a whole number from 0 to ${MAX_SEED}.`);
  check(inputs.length === 0, "inputs", "library has pieces that are finished, and takes no files.");
  for (const path of ["size", "ratio", "resolution"] as const) {
    check(request[path] === undefined, path, "Belongs to pictures and videos.");
  }
  return wrong;
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
