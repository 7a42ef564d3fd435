// The providers of a deployed function: what all of them offer, or the whole of them for who generates.
import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import type { VendorConfig, VendorId } from "../../config/vendors.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import type { OfferedProvider, Provider } from "../../ports/provider.ts";
import { createImportProvider, importOffer } from "../../providers/import.ts";
import { offerSketch } from "../../providers/sketch/offer.ts";
import { createSketchProvider } from "../../providers/sketch/provider.ts";
import { offerTests } from "../../providers/sketch/test-offer.ts";
import { createTestProvider } from "../../providers/sketch/test-provider.ts";
import { realClock } from "../real.ts";

/** The vendors that a bundle carries, by their ids. */
type Carried<T> = Readonly<Partial<Record<VendorId, (config: VendorConfig) => T>>>;

/** A function that takes requests has no ffmpeg; FFMPEG_PATH says whether those that draw have one. */
export function offersOf(carried: Carried<OfferedProvider>): (config: Config) => () => readonly OfferedProvider[] {
  return (config) => {
    requireCarried(config, carried);
    const ffmpeg = { find: () => config.ffmpegPath, advice: NO_FFMPEG };
    return () => [
      ...carriedOf(config, carried),
      offerSketch(ffmpeg),
      importOffer,
      ...(config.hasTestModels ? [offerTests(ffmpeg)] : []),
    ];
  };
}

export function providersOf(
  carried: Carried<Provider>,
): (config: Config) => (store: ObjectStore) => readonly Provider[] {
  return (config) => {
    requireCarried(config, carried);
    const { ffmpegPath } = config;
    return (store) => [
      ...carriedOf(config, carried),
      createSketchProvider({ ffmpegPath }),
      createImportProvider({ store }),
      ...(config.hasTestModels ? [createTestProvider({ ffmpegPath, clock: realClock })] : []),
    ];
  };
}

/** Throws ConfigError for a vendor that has a key and is not carried. */
function requireCarried({ vendors }: Config, carried: Carried<unknown>): void {
  const absent = Object.keys(vendors).filter((id) => !carried[id as VendorId]);
  if (absent.length === 0) return;
  throw new ConfigError(
    absent.map((id) => ({
      variable: `${id.toUpperCase()}_API_KEY`,
      message: `is set, and this was built without ${id}. Build again with the key set, or with VENDORS naming it`,
    })),
  );
}

function carriedOf<T>({ vendors }: Config, carried: Carried<T>): T[] {
  const entries = Object.entries(vendors) as [VendorId, VendorConfig][];
  return entries.flatMap(([id, config]) => carried[id]?.(config) ?? []);
}

const NO_FFMPEG =
  "Videos are drawn with ffmpeg, and FFMPEG_PATH does not say where it is: give run-job a layer with one.";
