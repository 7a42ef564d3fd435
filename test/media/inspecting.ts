// Feeds bytes to the inspection in pieces.
import { AppError } from "../../shared/errors/app-error.ts";
import { type Inspection, type InspectOptions, inspectMedia } from "../../shared/media/inspect.ts";

export async function* pieces(bytes: Uint8Array, size: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + size());
    yield bytes.subarray(at, end);
    at = end;
  }
}

export async function inspectSource(
  source: AsyncIterable<Uint8Array>,
  options: Partial<InspectOptions> & Pick<InspectOptions, "expect">,
): Promise<Inspection> {
  const { body, result } = inspectMedia(source, { maxBytes: 2 ** 31, ...options });
  for await (const _ of body);
  return result();
}

export function inspectBytes(
  bytes: Uint8Array,
  options: Partial<InspectOptions> & Pick<InspectOptions, "expect">,
  size: () => number = () => 1000,
): Promise<Inspection> {
  return inspectSource(pieces(bytes, size), options);
}

/** The error's type and message; a file that is accepted fails the test. */
export async function refusalOf(inspection: Promise<Inspection>): Promise<{ type: string; message: string }> {
  const outcome = await inspection.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome === null) throw new Error("The file was accepted.");
  if (!(outcome instanceof AppError)) throw outcome;
  return { type: outcome.type, message: outcome.message };
}
