// The JSON in what a model says: also where it thinks aloud first, or puts a fence around it.

/** Undefined when there is no object in it. */
export function readJson(text: string): unknown {
  const said = text.replace(/^\s*<think>[\s\S]*?<\/think>/, "").trim();
  const fenced = /^```(?:json)?\s*\n([\s\S]*?)\n\s*```$/i.exec(said)?.[1];
  try {
    const value: unknown = JSON.parse(fenced ?? said);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
