// A plan carried out without an engine: node by node, by the providers themselves, with files in memory.
import { createHash } from "node:crypto";
import type { Made, Plan, Snapshot } from "../../../shared/drama/plan.ts";
import { planner } from "../../../shared/drama/planning/planner.ts";
import { inspectMedia } from "../../../shared/media/inspect.ts";
import type { CallContext, InputFile, MediaKind, Provider, ProviderRequest } from "../../../shared/ports/provider.ts";

export interface Film {
  made: ReadonlyMap<number, Made>;
  bytesOf(id: string): Buffer;
  /** Milliseconds that were spent on each kind of node. */
  spent: Readonly<Record<string, number>>;
}

/** Every node but those that are there already, by its first rung. */
export async function film(snapshot: Snapshot, plan: Plan, providers: readonly Provider[]): Promise<Film> {
  const made = new Map<number, Made>();
  const files = new Map<string, Buffer>();
  const spent: Record<string, number> = {};
  const keep = async (bytes: Buffer, type: MediaKind): Promise<InputFile> => {
    const key = `kept/${files.size}`;
    files.set(key, bytes);
    return { key, ...(await factsOf(bytes, type)) };
  };
  for (const [i, { kind }] of plan.nodes.entries()) {
    if (kind === "screenplay") continue;
    const { request, inputs } = planner.ask(snapshot, plan, i, 0, made);
    const given = inputs.map((input) => {
      if ("text" in input) return keep(Buffer.from(input.text), "text");
      const file = "node" in input ? made.get(input.node) : input.file;
      if (!file) throw new Error("an input is not there");
      return file;
    });
    const whole: ProviderRequest = inputs.length > 0 ? { ...request, inputs: await Promise.all(given) } : request;
    const provider = providers.find(({ id }) => id === plan.nodes[i]?.rungs[0]?.provider);
    if (!provider) throw new Error("there is no such provider");
    const before = performance.now();
    made.set(i, await keep(await madeBy(provider, whole, files), request.type));
    spent[kind] = (spent[kind] ?? 0) + performance.now() - before;
  }
  const bytesOf = (id: string) => {
    const key = made.get(plan.nodes.findIndex((node) => node.id === id))?.key ?? "";
    return files.get(key) ?? Buffer.alloc(0);
  };
  return { made, bytesOf, spent };
}

async function madeBy(
  provider: Provider,
  request: ProviderRequest,
  files: ReadonlyMap<string, Buffer>,
): Promise<Buffer> {
  const wrong = provider.validate(request);
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
  const bytes = (index: number) => files.get(request.inputs?.[index]?.key ?? "") ?? Buffer.alloc(0);
  const context: CallContext = {
    reference: "film-1",
    signal: AbortSignal.timeout(60_000),
    inputs: {
      open: async (index) => slices(bytes(index)),
      url: async () => {
        throw new Error("nobody fetches here");
      },
    },
  };
  const outcome = await provider.start(request, context);
  const [source] = outcome.state === "succeeded" ? outcome.sources : [];
  if (source?.kind !== "stream") throw new Error(JSON.stringify(outcome));
  const chunks: Uint8Array[] = [];
  for await (const chunk of await provider.open(source, request, context)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function factsOf(bytes: Buffer, type: MediaKind): Promise<Omit<InputFile, "key">> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const none = { width: null, height: null, durationMs: null };
  if (type === "text") return { ...none, type, size: bytes.length, sha256, contentType: "text/plain" };
  const inspected = inspectMedia(slices(bytes), { expect: type, maxBytes: 200 * 1024 * 1024 });
  for await (const _ of inspected.body);
  const { contentType, width, height, durationMs } = inspected.result();
  return { type, size: bytes.length, sha256, contentType, width, height, durationMs };
}

async function* slices(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
