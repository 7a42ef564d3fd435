// Jobs that have ended, as JSON: made once for each state that the table has of them, because that is what is read again and again.
import { randomUUID } from "node:crypto";
import type { MediaKind } from "../../ports/provider.ts";
import { textOf } from "../../ports/stored-item.ts";
import type { Item } from "../../ports/table.ts";
import { type Job, jobOf } from "../job.ts";
import { readsAsEnded, type Status, statusOf } from "../states.ts";
import { shownKeys, withUrls } from "./public-job.ts";

/** A job that may be shown. URLs are made when it is read. */
export interface Showable {
  id: string;
  /** Of the outputs that are shown. */
  keys: readonly string[];
  /** The job as its user sees it. `urls`: of the keys, in their order. */
  json(urls: readonly string[]): string;
}

/** One that has ended, was paid for and was not deleted. */
export interface SettledJob extends Showable {
  type: MediaKind;
  status: Status;
  prompt: string;
}

/** In characters, of stored and of public texts together: some 1500 jobs. */
const MAX_REMEMBERED = 4 * 1024 * 1024;

interface Remembered {
  text: string;
  size: number;
  job: SettledJob;
}

/** By the item's name; the oldest are forgotten first. */
const remembered = new Map<string, Remembered>();
let size = 0;

/** Null when the job is anything else, or the item does not say how it is stored. What is remembered counts only for the very same text. */
export function settledJob(item: Item): SettledJob | null {
  const text = textOf(item);
  if (text === null) return null;
  const known = remembered.get(item.sort);
  if (known?.text === text) return known.job;
  forget(item.sort);
  const { job } = jobOf(item);
  if (!readsAsEnded(job) || job.paidRound === 0 || job.deletion) return null;
  return remember(item.sort, text, job);
}

function remember(name: string, text: string, job: Job): SettledJob {
  const pieces = jsonAroundUrls(job);
  const keys = shownKeys(job);
  const { id, type } = job;
  const made: SettledJob = {
    id,
    type,
    status: statusOf(job),
    prompt: job.request.prompt,
    keys,
    json: (urls) => joined(pieces, urls),
  };
  const entry = { text, size: text.length + pieces.join("").length, job: made };
  remembered.set(name, entry);
  size += entry.size;
  for (const oldest of remembered.keys()) {
    if (size <= MAX_REMEMBERED) break;
    forget(oldest);
  }
  return made;
}

function forget(name: string): void {
  size -= remembered.get(name)?.size ?? 0;
  remembered.delete(name);
}

/** Stands for a URL. Nobody outside of this process has ever seen it, so that no text of a user's holds it. */
const mark = randomUUID();

/** By turns a piece of JSON, and which URL stands behind it: an output has its own twice, in the list of outputs and in that of URLs. */
function jsonAroundUrls(job: Job): string[] {
  const marks = shownKeys(job).map((_, i) => `${mark}:${i}:`);
  return JSON.stringify(withUrls(job, marks)).split(new RegExp(`${mark}:(\\d+):`));
}

function joined(pieces: readonly string[], urls: readonly string[]): string {
  const quoted = urls.map((url) => JSON.stringify(url).slice(1, -1));
  return pieces.map((piece, i) => (i % 2 === 0 ? piece : (quoted[Number(piece)] ?? ""))).join("");
}
