// What `assembly` offers, without what does the work.
import type { Model, OfferedProvider } from "../../ports/provider.ts";
import type { Ffmpeg } from "../ffmpeg/find.ts";
import { MOST_INPUTS, makes, validate } from "./rules.ts";

const models: readonly Model[] = Object.entries(makes).map(([id, type]) => ({
  ...{ id, type, operations: ["generate"], price: 0, maxOutputs: 1, maxInputs: MOST_INPUTS, isForProductions: true },
}));

/** `note`: what else there is to say of an ffmpeg that was found; null: nothing. */
export function offerAssembly(ffmpeg: Ffmpeg, note: (program: string) => string | null = () => null): OfferedProvider {
  return {
    id: "assembly",
    isConfigured: true,
    models,
    lostSubmit: "restart",
    isSynchronous: false,
    canCancel: false,
    typicalMs: 20_000,

    validate(request) {
      const wrong = validate(request);
      if (request.type === "text" || ffmpeg.find() !== null) return wrong;
      return [...wrong, { path: "model", message: ffmpeg.advice }];
    },

    async health(signal) {
      signal.throwIfAborted();
      const program = ffmpeg.find();
      if (program === null) return { status: "up", message: `Subtitles only. ${ffmpeg.advice}` };
      const message = note(program);
      return message === null ? { status: "up" } : { status: "up", message };
    },
  };
}
