// What the providers of a deployed function offer; a file of its own, because what is loaded late by who generates is carried by whoever names it.
import type { Config } from "../../config/config.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { archiveOffer } from "../../providers/archive/offer.ts";
import { offerAssembly } from "../../providers/assembly/offer.ts";
import { importOffer } from "../../providers/import.ts";
import { libraryOffer } from "../../providers/library/offer.ts";
import { offerSketch } from "../../providers/sketch/offer.ts";
import { offerTests } from "../../providers/sketch/test-offer.ts";
import { type CarriedVendors, carriedOf, requireCarried } from "./carried-vendors.ts";

/** A function that takes requests has no ffmpeg; FFMPEG_PATH says whether those that draw have one. */
export function offersOf(
  carried: CarriedVendors<OfferedProvider>,
): (config: Config) => () => readonly OfferedProvider[] {
  return (config) => {
    requireCarried(config, carried);
    const ffmpeg = { find: () => config.ffmpegPath, advice: NO_FFMPEG };
    return () => [
      ...carriedOf(config, carried),
      offerSketch(ffmpeg),
      importOffer,
      offerAssembly(ffmpeg),
      archiveOffer,
      ...(config.hasMusicLibrary ? [libraryOffer] : []),
      ...(config.hasTestModels ? [offerTests(ffmpeg)] : []),
    ];
  };
}

const NO_FFMPEG =
  "Videos are drawn with ffmpeg, and FFMPEG_PATH does not say where it is: give the functions a layer with one.";
