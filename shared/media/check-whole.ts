// A file that is here already, as one that came within a request is.
import type { CheckOptions } from "./check.ts";
import type { Inspection } from "./inspect.ts";

/** All that can be seen without decoding it. Throws `invalid_output` as `checkMedia` does. */
export async function checkWhole(bytes: Uint8Array, options: CheckOptions): Promise<Inspection> {
  // What reads all formats is large, and few requests bring a file.
  const { checkMedia } = await import("./check.ts");
  const { body, result } = checkMedia(chunks(bytes), options);
  for await (const _ of body);
  return result();
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
