// Whether a job's outputs get the label that everybody can see: decided when the job is made, and kept with it.
import { AppError } from "../../errors/app-error.ts";
import type { MediaKind } from "../../ports/provider.ts";
import type { VisibleLabelWish } from "../job.ts";

export interface VisibleLabelSettings {
  /** What it is drawn into. */
  kinds: readonly MediaKind[];
  text: string;
  /** Whether files that somebody else has made get it when they are imported. */
  marksImports: boolean;
  /** An output that it cannot be drawn into may not be kept. */
  isRequired: boolean;
  /** Whether a user may ask for an output without it. */
  mayBeDeclined: boolean;
  loggedForMs: number;
  /** Why it cannot be drawn into films here, and what the operator has to do; null where it can. */
  filmsLack(): string | null;
}

interface Wish {
  type: MediaKind;
  isImport: boolean;
  /** False: the user wants none. */
  visibleLabel?: boolean | undefined;
}

/** Undefined where nothing is drawn anyhow. Throws 400 where the operator lets nobody do without, 503 where a film that needs it cannot get it. */
export function visibleLabelOf(settings: VisibleLabelSettings, wish: Wish): VisibleLabelWish | undefined {
  const { type, isImport, visibleLabel } = wish;
  const { kinds, marksImports, text, isRequired, mayBeDeclined, loggedForMs } = settings;
  if (!kinds.includes(type) || (isImport && !marksImports)) return undefined;
  const isDeclined = visibleLabel === false;
  if (isDeclined && !mayBeDeclined) throw notAllowed(type);
  const lack = type === "video" && isRequired && !isDeclined ? settings.filmsLack() : null;
  if (lack !== null) throw cannotBeLabelled(lack);
  return { text, isRequired, isDeclined, loggedForMs };
}

/** What is wrong where videos should get the label and cannot; null where all is well. */
export function videosLack({ kinds, isRequired, filmsLack }: VisibleLabelSettings): string | null {
  const lack = kinds.includes("video") ? filmsLack() : null;
  if (lack === null) return null;
  return `${isRequired ? "Videos are refused" : "Videos get no visible label"}: ${lack}`;
}

function notAllowed(type: MediaKind): AppError {
  const path = "visibleLabel";
  const message = `${type}s carry a visible label here, and cannot be had without. Leave visibleLabel out.`;
  return new AppError("invalid_request", { message: `${path}: ${message}`, details: [{ path, message }] });
}

/** Before a vendor is asked for what could not be kept. */
function cannotBeLabelled(forOperator: string): AppError {
  const message = "Videos have to carry a visible label here, and nothing can draw it just now. Tell the operator.";
  return new AppError("unavailable", { message, isForCaller: true, forOperator });
}
