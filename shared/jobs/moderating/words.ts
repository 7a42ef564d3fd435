// What there is to read in a text that was generated: every word of its JSON, without the names of its fields; of subtitles all that stands there.
import { text } from "node:stream/consumers";

/** A text that is kept has a MiB at most. */
export async function wordsOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const words: string[] = [];
  const whole = await text(body);
  if (!/^\s*\{/.test(whole)) return whole;
  JSON.parse(whole, (_, value: unknown) => {
    if (typeof value === "string") words.push(value);
  });
  return words.join("\n");
}
