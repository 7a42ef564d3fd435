// The providers of a deployed function that generates.
import type { Config } from "../../config/config.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import type { Provider } from "../../ports/provider.ts";
import { createArchiveProvider } from "../../providers/archive/provider.ts";
import { createAssemblyProvider } from "../../providers/assembly/provider.ts";
import { createImportProvider } from "../../providers/import.ts";
import { createLibraryProvider } from "../../providers/library/provider.ts";
import { createSketchProvider } from "../../providers/sketch/provider.ts";
import { createTestProvider } from "../../providers/sketch/test-provider.ts";
import { realClock } from "../real.ts";
import { type CarriedVendors, carriedOf, requireCarried } from "./carried-vendors.ts";

export function providersOf(
  carried: CarriedVendors<Provider>,
): (config: Config) => (store: ObjectStore) => readonly Provider[] {
  return (config) => {
    requireCarried(config, carried);
    const { ffmpegPath } = config;
    return (store) => [
      ...carriedOf(config, carried),
      createSketchProvider({ ffmpegPath }),
      createImportProvider({ store }),
      createAssemblyProvider({ ffmpegPath }),
      createArchiveProvider({ store }),
      ...(config.hasMusicLibrary ? [createLibraryProvider({ store })] : []),
      ...(config.hasTestModels ? [createTestProvider({ ffmpegPath, clock: realClock })] : []),
    ];
  };
}
