// Where the outputs are, in each of the three shapes in which the vendor says it.
import type { Source } from "../../ports/provider.ts";
import { listAt, textAt } from "../calling/json.ts";
import type { VendorError } from "./error-codes.ts";

/**
 * Fewer than were asked for when parts of a task failed; `error` is why the first of them did. Videos: one `video_url`. Pictures: `results`
 * of the old protocol, of which failed ones hold a code, or `choices` of the new one, which may also hold words.
 */
export function sourcesOf(json: unknown): { sources: Source[]; error?: VendorError } {
  const results = listAt(json, "output", "results");
  const choices = listAt(json, "output", "choices");
  const urls = [
    textAt(json, "output", "video_url"),
    ...results.map((result) => textAt(result, "url")),
    ...choices.flatMap((choice) => listAt(choice, "message", "content").map((part) => textAt(part, "image"))),
  ];
  const codes = results.flatMap((result) => textAt(result, "code") ?? []);
  const message = results.flatMap((result) => textAt(result, "message") ?? [])[0];
  return { sources: urls.flatMap(sourceOf), ...(codes[0] && { error: { code: codes[0], message } }) };
}

export function sourceOf(text: string | undefined): Source[] {
  const url = text === undefined ? null : URL.parse(text);
  if (!text || !url) return [];
  // Vendor documentation: results are there for 24 hours. The URL is one of its object store, and says until when, in seconds.
  const seconds = Number(url.searchParams.get("Expires") ?? Number.NaN);
  return [{ kind: "url", url: text, ...(seconds > 0 && { expiresAt: seconds * 1000 }) }];
}
