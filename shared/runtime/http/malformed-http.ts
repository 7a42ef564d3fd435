// What to say to somebody who does not speak HTTP, or not in time: there is no request to answer, only a socket.
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../../errors/app-error.ts";
import type { WholeResponse } from "../../events/http.ts";

/** How long the other side may take to read the answer and to stop sending. */
const PARTING_MS = 2000;

/** The parser complains again about each piece of what still comes in; those sockets have their answer. */
const parting = new WeakSet<Duplex>();

/** Answers and closes; a socket that can no longer be written to is only closed. */
export function refuseMalformed(socket: Duplex, error: Error, dress: (error: AppError) => WholeResponse): void {
  if (parting.has(socket)) return;
  if (!socket.writable || hasCode(error, "ECONNRESET")) return void socket.destroy();
  answerAndClose(
    socket,
    dress(error instanceof AppError ? error : new AppError("invalid_request", { message: describe(error) })),
  );
}

/** For a socket that no parser reads any more. */
export function answerAndClose(socket: Duplex, response: WholeResponse): void {
  parting.add(socket);
  socket.on("error", () => socket.destroy());
  socket.end(serialize(response));
  const timer = setTimeout(() => socket.destroy(), PARTING_MS).unref();
  socket
    .resume()
    .once("end", () => socket.destroy())
    .once("close", () => clearTimeout(timer));
}

function describe(error: Error): string {
  if (hasCode(error, "HPE_HEADER_OVERFLOW"))
    return "The address and the headers are too long: together they may have 16 KB.";
  if (hasCode(error, "ERR_HTTP_REQUEST_TIMEOUT")) return "The request took too long to arrive.";
  return "This is not well-formed HTTP.";
}

function serialize({ status, headers, body }: WholeResponse): string {
  const length = String(Buffer.byteLength(body));
  const lines = Object.entries({ ...headers, "content-length": length, connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", body].join("\r\n");
}

function hasCode(error: Error, code: string): boolean {
  return "code" in error && error.code === code;
}
