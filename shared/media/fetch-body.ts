// The bytes of a file as they come, without the encodings that they were sent in, and within the limits.
import type { IncomingMessage } from "node:http";
import type { Fetched } from "./fetch.ts";
import { decoded } from "./fetch-encoding.ts";
import { countGarbage } from "./fetch-garbage.ts";
import type { Fetching, FetchLimits } from "./fetch-limits.ts";
import { asFailure, failed } from "./fetch-watch.ts";
import { tooLarge } from "./refusal.ts";

export function readBody(
  response: IncomingMessage,
  encodings: readonly string[],
  { limits, watch }: Fetching,
): Fetched["body"] {
  const chunks = decoded(response, encodings, watch.hold)[Symbol.asyncIterator]();
  const slowness = measureSlowness(limits);
  const garbage = countGarbage();
  let bytes = 0;
  let isClosed = false;

  async function receive(): Promise<IteratorResult<Uint8Array>> {
    watch.check();
    const startedAt = performance.now();
    // The clock runs from here only: while the reader is slow nobody waits for the sender, whose bytes then pile up in buffers.
    const text = "The file's server fell silent in the middle of the file.";
    const step = await watch.wait(chunks.next(), { ms: limits.idleMs, text, on: response });
    if (step.done) return step;
    bytes += step.value.length;
    if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
    slowness(step.value.length, performance.now() - startedAt);
    garbage(step.value.length);
    return step;
  }

  async function next(): Promise<IteratorResult<Uint8Array>> {
    if (isClosed) return { done: true, value: undefined };
    try {
      const step = await receive();
      if (step.done) destroy();
      return step;
    } catch (error) {
      throw watch.end(asFailure(error, "The file's server broke off before the end of the file."));
    }
  }

  function destroy(): void {
    isClosed = true;
    watch.end(failed("The file was not read to its end."));
  }

  return {
    next,
    async return() {
      destroy();
      return { done: true, value: undefined };
    },
    destroy,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Adds up what came and how long we waited for it; throws when that was too little over a whole `idleMs`. */
function measureSlowness({ idleMs, minBytesPerSecond }: FetchLimits): (bytes: number, waitedMs: number) => void {
  let window = { bytes: 0, waitedMs: 0 };
  return (bytes, waitedMs) => {
    window = { bytes: window.bytes + bytes, waitedMs: window.waitedMs + waitedMs };
    if (window.waitedMs < idleMs) return;
    if (window.bytes * 1000 < minBytesPerSecond * window.waitedMs) throw failed("The file's server sends too slowly.");
    window = { bytes: 0, waitedMs: 0 };
  };
}
