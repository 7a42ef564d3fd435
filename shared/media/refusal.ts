// What is said of a file that does not count as an output. Nothing of its content is ever quoted.
import { AppError } from "../errors/app-error.ts";

/** An `invalid_output` with a whole sentence for the user. */
export function refusal(message: string): AppError {
  return new AppError("invalid_output", { message });
}

/** Whole, as far as one can tell, but not what was wanted. */
export function anotherKind(message: string): AppError {
  return new AppError("invalid_output", { message, onlyElsewhere: true });
}

/** Thrown by a parser that finds another kind of file than its beginning let expect. `found`: with its article. */
export class OtherKind extends Error {
  readonly found: string;

  constructor(found: string) {
    super(`The file is ${found}.`);
    this.found = found;
  }
}

/** Fetching it again would not make it smaller. */
export function tooLarge(maxBytes: number): AppError {
  return new AppError("invalid_output", { message: `The file is larger than ${maxBytes} bytes.`, retryable: false });
}

/** `format` as in "PNG"; `flaw` completes the sentence. */
export function damaged(format: string, flaw: string): AppError {
  return refusal(`The ${format} file is damaged: ${flaw}.`);
}
