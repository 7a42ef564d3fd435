// What a model says while it says it: OpenAI's server-sent events, and Ollama's lines of JSON.

import { parsed } from "../calling/call-vendor.ts";
import { at, textAt } from "../calling/json.ts";

/** What was said until it ended, or broke off. */
export interface Said {
  text: string;
  refusal: string;
  /** Why it ended; undefined: it did not say. */
  reason: string | undefined;
  /** The server said that this was all. */
  isEnded: boolean;
  /** What went wrong in the middle of it, as the server put it. */
  error: unknown;
}

export type Framing = "events" | "lines";

/** What has more than this is no answer: each token comes in an envelope of its own. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Throws as the body does. What comes behind its end is not waited for. */
export async function readStreamed(body: AsyncIterable<Uint8Array>, framing: Framing): Promise<Said> {
  const said: Said = { text: "", refusal: "", reason: undefined, isEnded: false, error: undefined };
  for await (const line of linesOf(body)) {
    const data = framing === "lines" ? line.trim() : dataOf(line);
    if (data === "") continue;
    if (data === "[DONE]") said.isEnded = true;
    else hear(said, parsed(data));
    if (said.isEnded || said.error !== undefined) break;
  }
  return said;
}

/** Comments, which only say that somebody is there, and names of events have none. Each event here is one line of JSON. */
function dataOf(line: string): string {
  return line.startsWith("data:") ? line.slice("data:".length).trim() : "";
}

function hear(said: Said, json: unknown): void {
  const wrong = at(json, "error") ?? (textAt(json, "object") === "error" ? json : undefined);
  if (wrong !== undefined && wrong !== null) said.error = json;
  const choice = at(json, "choices", 0) ?? json;
  const piece = at(choice, "delta") ?? at(choice, "message");
  said.text += textAt(piece, "content") ?? "";
  said.refusal += textAt(piece, "refusal") ?? "";
  said.reason = textAt(choice, "finish_reason") ?? textAt(choice, "done_reason") ?? said.reason;
  if (at(json, "done") === true) said.isEnded = true;
}

/** Without the LF that ends them; a CR before it may stay. A last line that nothing ends is one as well. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held: string[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`a vendor's answer has more than ${MAX_BYTES} bytes`);
    const [first = "", ...more] = decoder.decode(chunk, { stream: true }).split("\n");
    held.push(first);
    for (const next of more) {
      yield held.join("");
      held = [next];
    }
  }
  yield held.join("") + decoder.decode();
}
