// What was promised, held against what is there. Each check throws when it is not so.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credits, Job, Output } from "./api.ts";

/** Where outputs have to be: at which URLs, and in which folder. */
export interface OwnStore {
  baseUrl: string;
  folder: string;
}

/** Kept: the URL leads to the own store and serves the recorded bytes to anybody, and the file holds the same. Answers the file's path. */
export async function checkKept(output: Output, store: OwnStore, signal: AbortSignal): Promise<string> {
  const { url, key, contentType } = output;
  if (url !== `${store.baseUrl}${key}`) throw new Error(`${url} does not lead to ${key} below ${store.baseUrl}.`);
  const response = await fetch(url, { signal });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status} instead of 200.`);
  const type = response.headers.get("content-type");
  if (type !== contentType) throw new Error(`${url} serves ${type} instead of ${contentType}.`);
  requireSame(output, new Uint8Array(await response.arrayBuffer()), url);
  const path = join(store.folder, key);
  requireSame(output, await readFile(path), path);
  return path;
}

/** Completed, with one output. */
export function requireOutput({ id, status, error, outputs }: Job): Output {
  if (status !== "completed") throw new Error(`The job ${id} is ${status}: ${error?.message ?? "no error is named"}.`);
  const [output] = outputs;
  if (!output || outputs.length > 1) throw new Error(`The job ${id} has ${outputs.length} outputs instead of 1.`);
  return output;
}

/** Charged once: what can be spent, what is set aside and what was spent are all that was earned, and the ledger adds up to the balance. */
export function checkCredits({ balance, held, totalEarned, totalSpent }: Credits, ledger: readonly number[]): void {
  const inAll = balance + held + totalSpent;
  if (inAll !== totalEarned) throw new Error(`The credits add up to ${inAll}, but ${totalEarned} were earned.`);
  const sum = ledger.reduce((total, amount) => total + amount, 0);
  if (sum !== balance) throw new Error(`The ledger adds up to ${sum}, but the balance is ${balance}.`);
}

/** After the last job: nothing is set aside any more, and exactly the costs of the jobs were spent. */
export function checkSpent({ held, totalSpent }: Credits, jobs: readonly Job[]): void {
  const costs = jobs.reduce((sum, { cost }) => sum + cost, 0);
  if (held !== 0) throw new Error(`${held} credits are still held although every job has ended.`);
  if (totalSpent !== costs) throw new Error(`${totalSpent} credits were spent on jobs that cost ${costs}.`);
}

function requireSame(output: Output, bytes: Uint8Array, place: string): void {
  if (bytes.length !== output.size) throw new Error(`${place} has ${bytes.length} bytes instead of ${output.size}.`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== output.sha256) throw new Error(`${place} has the sha256 ${sha256} instead of ${output.sha256}.`);
}
