// What can be measured: each part by its name, and how long it may take.
import type { Bench } from "./bench.ts";
import { measureArtefacts } from "./parts/artefacts.ts";
import { measureBodies } from "./parts/bodies.ts";
import { measureCreates } from "./parts/creates.ts";
import { measureEndings } from "./parts/endings.ts";
import { measureFilms } from "./parts/films.ts";
import { measureGibibyte } from "./parts/gibibyte.ts";
import { measureLabels } from "./parts/labels.ts";
import { measureMemory } from "./parts/memory.ts";
import { measurePicture } from "./parts/picture.ts";
import { measurePictures } from "./parts/pictures.ts";
import { measureProductions } from "./parts/productions.ts";
import { measurePurge } from "./parts/purge.ts";
import { measureReads } from "./parts/reads.ts";
import { measureRequests } from "./parts/requests.ts";
import { measureStores } from "./parts/stores.ts";
import { measureTicks } from "./parts/ticks.ts";
import { measureVendors } from "./parts/vendors.ts";
import type { Result } from "./results.ts";

export interface Part {
  measure: (bench: Bench) => Promise<Result[]>;
  /** It starts or builds the product in a process, and so another commit's as well. The others have the product's code in the bench's own programs. */
  runsProduct?: true;
  /** Beyond what each part may take. */
  extraMs?: (bench: Pick<Bench, "scale">) => number;
}

/** Each part takes three quarters of a minute at most on two quiet cores. */
export const PART_MS = 100_000;
/** Eight films of a GiB, where others keep three. */
const LABELS_MS = 100_000;
/** What the vendor's tasks and questions take at their real speed. */
const VENDORS_MS = 6 * 60_000;
/** Ten thousand jobs, on a machine that has other things to do as well. */
const MEMORY_MS = 8 * 60_000;
/** Two films, and what they are made of. */
const FILMS_MS = 100_000;
/** Twelve minutes of film, and one minute in eleven pieces. */
const PRODUCTIONS_MS = 12 * 60_000;
/** To build every function, and one round of them, which no time ends. */
const ARTEFACTS_MS = 120_000;

export const parts: Readonly<Record<string, Part>> = {
  creates: { measure: measureCreates, runsProduct: true },
  reads: { measure: measureReads, runsProduct: true },
  memory: { measure: measureMemory, runsProduct: true, extraMs: () => MEMORY_MS },
  gibibyte: { measure: measureGibibyte, runsProduct: true },
  labels: { measure: measureLabels, runsProduct: true, extraMs: () => LABELS_MS },
  ticks: { measure: measureTicks },
  endings: { measure: measureEndings, runsProduct: true },
  picture: { measure: measurePicture, runsProduct: true },
  pictures: { measure: measurePictures, runsProduct: true },
  films: { measure: measureFilms, extraMs: () => FILMS_MS },
  productions: { measure: measureProductions, extraMs: () => PRODUCTIONS_MS },
  stores: { measure: measureStores },
  requests: { measure: measureRequests },
  purge: { measure: measurePurge },
  bodies: { measure: measureBodies },
  vendors: { measure: measureVendors, extraMs: ({ scale }) => VENDORS_MS / scale },
  artefacts: { measure: measureArtefacts, runsProduct: true, extraMs: () => ARTEFACTS_MS },
};
