// The rows of an older system: one JSON object a line.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { maxUrlLength } from "../../shared/ports/url.ts";

export interface Row {
  /** From 1. */
  line: number;
  /** As the older system named it. */
  jobId: string;
  /** A user's id here, or an e-mail address. */
  userId: string;
  type: "image" | "video";
  urls: readonly string[];
  /** Epoch milliseconds. */
  createdAt: number;
}

/** What cannot be read as a row, and why. */
export interface NoRow {
  line: number;
  problem: string;
}

const MOST_URLS = 100;

/** Blank lines are left out. One line is in memory at a time. */
export async function* rowsOf(path: string): AsyncGenerator<Row | NoRow> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() !== "") yield rowOf(line, text.replace(/^\uFEFF/, ""));
  }
}

function rowOf(line: number, text: string): Row | NoRow {
  const parsed = parsedOr(text);
  if (typeof parsed !== "object" || parsed === null) return { line, problem: "it is no JSON object" };
  const { jobId, userId, type, urls, createdAt } = parsed as Record<string, unknown>;
  const at = timeOf(createdAt);
  if (!isName(jobId)) return { line, problem: "jobId is not a text of 1 to 200 characters" };
  if (!isName(userId)) return { line, problem: "userId is not a text of 1 to 200 characters" };
  if (type !== "image" && type !== "video") return { line, problem: "type is neither image nor video" };
  if (!Array.isArray(urls) || urls.length === 0 || urls.length > MOST_URLS || !urls.every(isUrl))
    return { line, problem: `urls is not a list of 1 to ${MOST_URLS} http(s) URLs` };
  if (at === null)
    return { line, problem: "createdAt is neither a time like 2025-03-01T10:00:00Z nor epoch milliseconds" };
  return { line, jobId, userId, type, urls, createdAt: at };
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= 200;
}

function isUrl(value: unknown): value is string {
  return (
    typeof value === "string" && value.length <= maxUrlLength && /^https?:\/\//i.test(value) && URL.canParse(value)
  );
}

/** From 2000 on, and not in the future. */
function timeOf(value: unknown): number | null {
  const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\d([T ]|$)/.test(value);
  const at = typeof value === "number" ? value : isTime ? Date.parse(value) : Number.NaN;
  return Number.isSafeInteger(at) && at >= Date.UTC(2000) && at <= Date.now() ? at : null;
}
