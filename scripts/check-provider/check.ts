// One generation through the adapter itself, step by step, and what was not as the adapter expects.
import type { CallContext, MediaKind, Money, Provider, Source } from "../../shared/ports/provider.ts";
import type { Smallest } from "./smallest.ts";

export interface CheckOptions {
  provider: Provider;
  smallest: Smallest;
  reference: string;
  /** One line of the report. */
  say(line: string): void;
  sleep(ms: number): Promise<void>;
}

const MAX_WAIT_MS = 20 * 60_000;
const CALL_MS = 60_000;
const SYNCHRONOUS_CALL_MS = 320_000;

/** Answers what differed, in words; nothing when all was as it should be. Whatever throws is a difference, and the end. */
export async function checkProvider(options: CheckOptions): Promise<string[]> {
  const differences: string[] = [];
  const step = async <T>(name: string, act: () => Promise<T>): Promise<T | null> => {
    options.say(name);
    try {
      return await act();
    } catch (error) {
      differences.push(`${name}: ${reasonOf(error)}`);
      return null;
    }
  };
  const kept = new Map<number, Uint8Array>();
  if (!(await step("health", () => expectUp(options)))) return differences;
  const made = await step("start", () => make(options, kept));
  if (!made) return differences;
  const { sources, cost } = made;
  const { request } = options.smallest;
  if (sources.length !== request.n) differences.push(`it made ${sources.length} outputs and not ${request.n}`);
  for (const [index, source] of sources.entries()) {
    await step(`output ${index + 1}`, () => expectMedia(options, source, kept.get(index)));
  }
  differences.push(...costProblems(options.smallest, cost));
  return differences;
}

async function expectUp({ provider, say }: CheckOptions): Promise<true> {
  const { status, message } = await provider.health(AbortSignal.timeout(CALL_MS));
  say(`  ${status}`);
  if (status !== "up") throw new Error(message ?? "it is down");
  return true;
}

async function make(options: CheckOptions, kept: Map<number, Uint8Array>) {
  const { provider, smallest, say, sleep } = options;
  const ms = provider.isSynchronous ? SYNCHRONOUS_CALL_MS : CALL_MS;
  const keep: CallContext["keep"] = async (index, bytes) => {
    for await (const chunk of bytes) if (!kept.has(index)) kept.set(index, chunk);
  };
  const started = await provider.start(smallest.request, { ...contextOf(options, ms), keep });
  if (started.state === "failed") throw new Error(started.failure.message);
  if (started.state === "succeeded") return started;
  const { task } = started;
  say(`  task ${task.id}`);
  let waited = 0;
  for (let ms = started.checkAfterMs; ; ) {
    await sleep(ms);
    waited += ms;
    const outcome = await provider.check(task, contextOf(options, CALL_MS));
    if (outcome.state === "succeeded") return outcome;
    if (outcome.state === "failed" && !outcome.failure.isThrottled) throw new Error(outcome.failure.message);
    if (waited > MAX_WAIT_MS) throw new Error(`it has not ended within ${MAX_WAIT_MS / 60_000} minutes`);
    ms = outcome.state === "running" ? outcome.checkAfterMs : (outcome.failure.retryAfterMs ?? 10_000);
  }
}

function contextOf({ reference }: CheckOptions, ms: number): CallContext {
  return { reference, signal: AbortSignal.timeout(ms) };
}

/** By its first bytes. */
async function expectMedia(options: CheckOptions, source: Source, kept: Uint8Array | undefined): Promise<void> {
  const { provider, smallest, say } = options;
  const { request } = smallest;
  const context = contextOf(options, CALL_MS);
  const bytes = source.kind === "stream" ? await firstOf(await provider.open(source, request, context)) : kept;
  const found = source.kind === "url" ? await fetchFirst(source, context.signal) : bytes;
  const kind = kindOf(found ?? Buffer.alloc(0));
  say(`  ${kind}`);
  if (kind !== request.type) throw new Error(`its first bytes are those of no ${request.type}`);
}

async function fetchFirst(source: Source & { kind: "url" }, signal: AbortSignal): Promise<Uint8Array> {
  const answer = await fetch(source.url, { headers: source.headers ?? {}, signal });
  if (answer.status !== 200) throw new Error(`its URL answers ${answer.status}`);
  return firstOf(answer.body ?? []);
}

const ENOUGH = 16;

async function firstOf(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  let bytes: Uint8Array = Buffer.alloc(0);
  for await (const chunk of body) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= ENOUGH) break;
  }
  return bytes;
}

/** JPEG, PNG, GIF, WebP; ISO media (MP4, MOV), Matroska (WebM). */
function kindOf(bytes: Uint8Array): MediaKind | "something else" {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("hex");
  if (/^(ffd8ff|89504e470d0a1a0a|47494638|52494646.{8}57454250)/.test(head)) return "image";
  return /^(.{8}66747970|1a45dfa3)/.test(head) ? "video" : "something else";
}

/** By how much a bill may differ from the list: tokens are not even. */
const TOLERANCE = 0.1;

function costProblems({ cost: listed }: Smallest, charged: Money | undefined): string[] {
  if (!listed || !charged) return [];
  const isSame =
    charged.currency === listed.currency && Math.abs(charged.amount - listed.amount) <= TOLERANCE * listed.amount;
  return isSame ? [] : [`it says that it charged ${shown(charged)}, and the list says ${shown(listed)}`];
}

export function shown({ amount, currency }: Money): string {
  return `${Number(amount.toPrecision(4))} ${currency}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
