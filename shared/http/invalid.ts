// The one way to refuse a request for what is in it: every problem as a detail, the first ones as the message.
import { AppError, type ErrorDetail } from "../errors/app-error.ts";

/** An answer stays readable whatever was sent: a request can hold a million wrong keys, or one of a million characters. */
const MAX_DETAILS = 20;
const MAX_PATH = 120;
const MAX_MESSAGE = 600;

export function invalidRequest(details: readonly ErrorDetail[]): AppError {
  const shown = details.slice(0, MAX_DETAILS).map(({ path, message }) => ({
    path: clip(path, MAX_PATH),
    message: clip(message, MAX_MESSAGE),
  }));
  const first = shown.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
  const more = details.length > 3 ? ` (and ${details.length - 3} more)` : "";
  return new AppError("invalid_request", { message: `${first.join("; ")}${more}.`, details: shown });
}

/** Cuts between characters, never inside of one. */
function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`;
}
