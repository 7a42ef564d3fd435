// `archive`: an export of a production as one zip, made while it is transferred: one file after the other passes from the store into the store,
// and nothing is held but the chunk on its way. Media are stored as they are: they are compressed already.
import { makeZip } from "client-zip";
import { AppError } from "../../errors/app-error.ts";
import type { ArchiveEntry, ArchiveList } from "../../ports/archive.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import type { CallContext, Provider, ProviderRequest } from "../../ports/provider.ts";
import { readList } from "./entries.ts";
import { archiveOffer } from "./offer.ts";

export interface ArchiveOptions {
  /** Where the files lie. */
  store: Pick<ObjectStore, "get">;
}

/** Of a list: names, keys and texts. */
const MAX_LIST_BYTES = 8 * 1024 ** 2;

export function createArchiveProvider({ store }: ArchiveOptions): Provider {
  return {
    ...archiveOffer,

    async start({ archive }, { signal }) {
      signal.throwIfAborted();
      return { state: "succeeded", sources: [{ kind: "stream", data: { format: archive?.format } }] };
    },

    async check(_task, { signal }) {
      signal.throwIfAborted();
      const message = "There is no such work: `archive` delivers at once and keeps no tasks.";
      return { state: "failed", failure: { type: "provider_error", message, retryable: true } };
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("archive keeps no tasks that could be looked up");
    },

    async open(_source, request, context) {
      context.signal.throwIfAborted();
      const list = await listOf(request, context);
      return zipped(store, list, context);
    },
  };
}

async function listOf({ inputs: [first] = [] }: ProviderRequest, { inputs }: CallContext): Promise<ArchiveList> {
  if (!first || !inputs || first.size > MAX_LIST_BYTES) throw new AppError("invalid_output");
  const chunks: Uint8Array[] = [];
  for await (const chunk of await inputs.open(0)) chunks.push(chunk);
  return readList(Buffer.concat(chunks).toString("utf8"), first.key);
}

/** Whoever stops reading lets go of the file that is open. */
async function* zipped(
  store: ArchiveOptions["store"],
  { at, entries }: ArchiveList,
  { signal, progress }: CallContext,
): AsyncGenerator<Uint8Array> {
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  let passed = 0;
  const reading: Reading = {
    signal,
    open: null,
    passed(bytes) {
      passed += bytes;
      progress?.((100 * passed) / total);
    },
  };
  const files = entries.map((entry) => ({
    name: entry.name,
    size: sizeOf(entry),
    lastModified: new Date(at),
    input: contentOf(store, entry, reading),
  }));
  const reader = makeZip(files).getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // It lets go of what it was given only by the way of garbage.
    reading.open?.destroy();
    await reader.cancel().catch(() => undefined);
  }
}

interface Reading {
  signal: AbortSignal;
  /** What is being read just now. */
  open: { destroy(): void } | null;
  passed(bytes: number): void;
}

function sizeOf(entry: ArchiveEntry): number {
  return "text" in entry ? Buffer.byteLength(entry.text) : entry.size;
}

/** Opened only once it is its turn. Throws AppError `fetch_failed` when it is gone or another one. */
async function* contentOf(
  store: ArchiveOptions["store"],
  entry: ArchiveEntry,
  reading: Reading,
): AsyncGenerator<Uint8Array> {
  if ("text" in entry) {
    yield new TextEncoder().encode(entry.text);
    return;
  }
  const object = await store.get(entry.key, { signal: reading.signal });
  if (object?.info.size !== entry.size) {
    object?.body.destroy();
    const message = `A file of the production is no longer in the store (${entry.name}). Remake that part, or export the rest again.`;
    throw new AppError("fetch_failed", { message, retryable: false });
  }
  reading.open = object.body;
  for await (const chunk of object.body) {
    reading.passed(chunk.byteLength);
    yield chunk;
  }
  reading.open = null;
}
