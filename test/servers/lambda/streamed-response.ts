// A response that comes in pieces: its error in the trailers, and the status and headers of HTTP in front of it.
import type { IncomingMessage } from "node:http";
import type { FunctionError, StreamOutcome } from "./runtime-api.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html: JSON, then eight NUL bytes, then the body. */
export interface Prelude {
  statusCode?: number;
  headers?: Record<string, string>;
  cookies?: string[];
}

export type RawAnswer = { contentType: string; body: AsyncIterable<Uint8Array> } | { error: FunctionError };

export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed";
  readonly error: FunctionError;

  constructor(error: FunctionError) {
    super(`${error.errorType}: ${error.errorMessage}`);
    this.error = error;
  }
}

const INTEGRATION_RESPONSE = "application/vnd.awslambda.http-integration-response";
const DELIMITER = Buffer.alloc(8);

/** To its end, even when nobody wants more of it: the function does not hear that its client has left. */
export async function* streamedBody(
  request: IncomingMessage,
  abandoned: Promise<FunctionError>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } catch {
    throw new FunctionFailed(await abandoned);
  } finally {
    request.resume();
  }
  const { "lambda-runtime-function-error-type": errorType, "lambda-runtime-function-error-body": body = "" } =
    request.trailers;
  if (errorType === undefined) return;
  const { errorMessage = "" } = JSON.parse(Buffer.from(body, "base64").toString() || "{}") as Partial<FunctionError>;
  throw new FunctionFailed({ errorType, errorMessage });
}

/** Reads as far as there is something to answer with. */
export async function withPrelude(answer: RawAnswer): Promise<StreamOutcome> {
  if ("error" in answer) return answer;
  const { contentType } = answer;
  const pieces = answer.body[Symbol.asyncIterator]();
  const hasPrelude = contentType === INTEGRATION_RESPONSE;
  let held = Buffer.alloc(0);
  try {
    while (hasPrelude ? !held.includes(DELIMITER) : held.byteLength === 0) {
      const { done, value } = await pieces.next();
      if (done) return { contentType, prelude: null, body: rest(held, pieces) };
      held = Buffer.concat([held, value]);
    }
  } catch (error) {
    if (error instanceof FunctionFailed) return { error: error.error };
    throw error;
  }
  if (!hasPrelude) return { contentType, prelude: null, body: rest(held, pieces) };
  const end = held.indexOf(DELIMITER);
  const prelude = parsedPrelude(held.subarray(0, end).toString());
  return { contentType, prelude, body: rest(held.subarray(end + DELIMITER.byteLength), pieces) };
}

/** Null for what is none. */
function parsedPrelude(text: string): Prelude | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function* rest(held: Uint8Array, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (held.byteLength > 0) yield held;
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield piece.value;
  } finally {
    await pieces.return?.();
  }
}
