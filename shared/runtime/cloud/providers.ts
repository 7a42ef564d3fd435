// The providers of a deployed function: what all of them offer, or the whole of them for who generates.
import type { Config } from "../../config/config.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import type { OfferedProvider, Provider } from "../../ports/provider.ts";
import { createImportProvider, importOffer } from "../../providers/import.ts";
import { offerSketch } from "../../providers/sketch/offer.ts";
import { createSketchProvider } from "../../providers/sketch/provider.ts";

/** A function that takes requests has no ffmpeg; FFMPEG_PATH says whether those that draw have one. */
export function offersOf({ ffmpegPath }: Config): readonly OfferedProvider[] {
  return [offerSketch({ find: () => ffmpegPath, advice: NO_FFMPEG }), importOffer];
}

export function providersOf({ ffmpegPath }: Config, store: ObjectStore): readonly Provider[] {
  return [createSketchProvider({ ffmpegPath }), createImportProvider({ store })];
}

const NO_FFMPEG =
  "Videos are drawn with ffmpeg, and FFMPEG_PATH does not say where it is: give run-job a layer with one.";
