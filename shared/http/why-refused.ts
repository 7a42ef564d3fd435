// Why a request was refused, as the log may say it: by our own words and the names of fields, never by what was in them.
import { AppError, type ErrorDetail } from "../errors/app-error.ts";

const MOST_DETAILS = 5;
const MAX_WHY = 400;
/** A name that somebody made up may be anything, a prompt too. */
const fieldName = /^[\w.-]{1,60}$/;

/** What a defect is, or what is away, stands on a line of its own. */
export function whyRefused(error: unknown): { errorType?: string; why?: string } {
  if (!(error instanceof AppError)) return {};
  if (!error.isForCaller) return { errorType: error.type };
  const why = error.details.length > 0 ? detailsIn(error.details) : error.message;
  return { errorType: error.type, why: why.slice(0, MAX_WHY) };
}

function detailsIn(details: readonly ErrorDetail[]): string {
  const told = details
    .slice(0, MOST_DETAILS)
    .map(({ path, message }) => `${fieldName.test(path) ? path : "a field"} ${message}`);
  const more = details.length - told.length;
  return `${told.join("; ")}${more > 0 ? ` (and ${more} more)` : ""}`;
}
