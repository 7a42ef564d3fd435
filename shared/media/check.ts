// What a file has to be to be kept, whoever sent it: an upload, an input, an import, or what a provider made.
import { reasonAgainstAnimated } from "./animated.ts";
import { watchForDisguise } from "./disguise.ts";
import { type Inspection, type InspectOptions, inspectMedia } from "./inspect.ts";
import { anotherKind } from "./refusal.ts";

export interface CheckOptions extends InspectOptions {
  /** Of images: whether animated ones are refused. */
  onlyStill?: boolean;
}

export interface Checked {
  /** Throws `invalid_output` at the latest at its end, as `inspectMedia` does. */
  body: AsyncIterable<Uint8Array>;
  /** Once the body has ended well. */
  result(): Inspection;
}

/** Passes the bytes through and looks at all that can be seen without decoding: for images also whether they are something else as well. */
export function checkMedia(
  source: AsyncIterable<Uint8Array>,
  { onlyStill = false, ...options }: CheckOptions,
): Checked {
  const { body, result, asides } = inspectMedia(source, options);
  if (options.expect !== "image") return { body, result };
  const disguise = watchForDisguise(body, asides);
  async function* whole() {
    yield* disguise.body;
    const reason = disguise.reason() ?? (onlyStill ? reasonAgainstAnimated(result()) : null);
    if (reason !== null) throw anotherKind(reason);
  }
  return { body: whole(), result };
}
