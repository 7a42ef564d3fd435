// OpenAI's moderation, or whoever speaks the same: https://developers.openai.com/api/docs/guides/moderation
import type { ModerationConfig } from "../../config/moderation.ts";
import type { Finding, Moderation } from "../../ports/moderation.ts";
import { callVendor } from "../../providers/calling/call-vendor.ts";
import { at, listAt, numberAt, textAt } from "../../providers/calling/json.ts";
import { later, noFinding } from "../failures.ts";
import { named, type Part, worstOf } from "../worst.ts";

const URL = "https://api.openai.com/v1";
const MODEL = "omni-moderation-latest";

/** One picture a request: a second one is answered with 400 `too_many_images`. */
export function create({ apiKey, url, model }: ModerationConfig): Moderation {
  async function checkPart(part: Part, signal: AbortSignal): Promise<Finding> {
    const answer = await callVendor({
      ...{ method: "POST", url: `${url ?? URL}/moderations`, signal },
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey ?? ""}` },
      body: JSON.stringify({ model: model ?? MODEL, input: [inputOf(part)] }),
    });
    if (answer.status !== 200) throw noFinding("openai", answer, textAt(answer.json, "error", "code"));
    return findingOf(answer.json);
  }
  return { id: "openai", check: (content, signal) => worstOf(content, signal, checkPart) };
}

function inputOf(part: Part): object {
  if ("text" in part) return { type: "text", text: part.text };
  const url = `data:image/jpeg;base64,${Buffer.from(part.image.bytes).toString("base64")}`;
  return { type: "image_url", image_url: { url } };
}

/** It is flagged or not; what lies between says nothing here. */
function findingOf(json: unknown): Finding {
  const results = listAt(json, "results");
  const flags = results.map((result) => at(result, "flagged"));
  if (flags.length === 0 || flags.some((flag) => typeof flag !== "boolean"))
    throw later("openai's answer says nothing");
  if (!flags.includes(true)) return { verdict: "allow", categories: [] };
  const categories = results.flatMap((result) =>
    Object.entries(at(result, "categories") ?? {})
      .filter(([, isSo]) => isSo === true)
      .map(([name]) => scored(name, numberAt(result, "category_scores", name))),
  );
  return { verdict: "block", categories: named(categories) };
}

function scored(name: string, score: number | undefined) {
  return score === undefined ? { name } : { name, score };
}
