// What `sketch` offers, without what draws it.
import type { Model, OfferedProvider } from "../../ports/provider.ts";
import { voices } from "../../ports/wishes.ts";
import type { Ffmpeg } from "../ffmpeg/find.ts";
import {
  imageDefaults,
  MAX_INPUTS,
  MAX_OUTPUTS,
  MUSIC_SEC,
  musicSecondsRange,
  operations,
  resolutions,
  sizeRule,
  validate,
  videoDefaults,
  videoSecondsRange,
} from "./rules.ts";

/** As many videos as pictures, because a dry run draws in place of any other provider. */
const common = { id: "sketch", operations, maxOutputs: MAX_OUTPUTS, maxInputs: MAX_INPUTS } as const;
const heard = { ...common, type: "audio", operations: ["generate"], maxInputs: 0, price: 1 } as const;
/** Of one name; speech and music apart, for one is paid by the character and the other by the second where PRICES says so. */
const models: readonly Model[] = [
  { ...common, type: "image", price: 1, sizeRule, defaults: imageDefaults },
  { ...common, type: "video", price: 5, durationRange: videoSecondsRange, resolutions, defaults: videoDefaults },
  { ...common, type: "text", operations: ["generate"], maxInputs: 0, price: 1 },
  { ...heard, sounds: ["speech"], voices },
  { ...heard, sounds: ["music"], durationRange: musicSecondsRange, defaults: { durationSec: MUSIC_SEC } },
];

export function offerSketch(ffmpeg: Ffmpeg): OfferedProvider {
  return {
    id: "sketch",
    isConfigured: true,
    models,
    lostSubmit: "restart",
    isSynchronous: false,
    canCancel: false,
    typicalMs: 1000,

    validate(request) {
      const wrong = validate(request);
      if (request.type !== "video" || ffmpeg.find() !== null) return wrong;
      return [...wrong, { path: "model", message: ffmpeg.advice }];
    },

    async health(signal) {
      signal.throwIfAborted();
      const isWhole = ffmpeg.find() !== null;
      return isWhole ? { status: "up" } : { status: "up", message: `Everything but videos. ${ffmpeg.advice}` };
    },
  };
}
