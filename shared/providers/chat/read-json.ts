// The JSON in what a model says: also where it thinks aloud first, or puts a fence around it.

/** Undefined when there is no object in it. */
export function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(unfenced(unthought(text).trim()));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const END_OF_THOUGHTS = "</think>";

function unthought(text: string): string {
  const said = text.trimStart();
  const end = said.startsWith("<think>") ? said.indexOf(END_OF_THOUGHTS) : -1;
  return end < 0 ? said : said.slice(end + END_OF_THOUGHTS.length);
}

const FENCE = "```";

/** By its two ends, in one pass: a pattern that looks for them in what a model says may take the cube of its length. */
function unfenced(said: string): string {
  const firstBreak = said.indexOf("\n");
  if (!said.startsWith(FENCE) || !said.endsWith(FENCE) || firstBreak < 0) return said;
  const name = said.slice(FENCE.length, firstBreak).trim().toLowerCase();
  return name === "" || name === "json" ? said.slice(firstBreak + 1, -FENCE.length) : said;
}
