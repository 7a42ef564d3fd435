// Plan objects: what a production is made from and what it is to make, as it was when that was decided. Private, immutable, each under a name of its own.
import type { Plan, Snapshot } from "../drama/plan.ts";
import { AppError } from "../errors/app-error.ts";
import type { VisibleLabelWish } from "../jobs/job.ts";
import { planPrefix } from "../media/keys.ts";
import type { Ids } from "../ports/ids.ts";
import type { RequestStore } from "../ports/object-store.ts";
import type { MadeKind } from "../ports/provider.ts";
import type { ProductionKey } from "./production.ts";

export interface PlanFile {
  snapshot: Snapshot;
  plan: Plan;
  /** How long a job of each type may take. */
  deadlineMs: Readonly<Record<MadeKind, number>>;
  /** What is drawn into what its user is to show: episodes and posters. */
  labels: Readonly<Partial<Record<MadeKind, VisibleLabelWish>>>;
  dryRun: boolean;
}

/** Written before the production says so: a token in its name keeps what others have written. Answers the key. */
export async function putPlan(
  deps: { store: Pick<RequestStore, "put">; ids: Ids },
  key: ProductionKey,
  file: PlanFile,
): Promise<string> {
  const objectKey = `${planPrefix(key.userId, key.productionId)}${deps.ids.token()}.json`;
  await deps.store.put(objectKey, new TextEncoder().encode(JSON.stringify(file)));
  remember(deps.store, objectKey, file);
  return objectKey;
}

/** A text that a node is made from, under the name of its content. */
export async function putText(
  deps: { store: Pick<RequestStore, "put"> },
  key: ProductionKey,
  { sha256, bytes }: { sha256: string; bytes: Uint8Array },
): Promise<string> {
  const objectKey = `${planPrefix(key.userId, key.productionId)}${sha256}.json`;
  await deps.store.put(objectKey, bytes);
  return objectKey;
}

/** Throws `internal` when it is gone: the store is the operator's own. */
export async function readPlan(deps: { store: Pick<RequestStore, "get"> }, objectKey: string): Promise<PlanFile> {
  const known = rememberedOf(deps.store).get(objectKey);
  if (known) return known;
  const text = await readText(deps, objectKey);
  if (text === null) throw new AppError("internal", { message: "A plan is no longer in the store." });
  const file = JSON.parse(text) as PlanFile;
  remember(deps.store, objectKey, file);
  return file;
}

/** Null when there is none. */
export async function readText(
  { store }: { store: Pick<RequestStore, "get"> },
  objectKey: string,
): Promise<string | null> {
  const object = await store.get(objectKey);
  if (!object) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Those that were read last: a production that goes on reads its own again and again. */
const MOST_REMEMBERED = 16;
const rememberedBy = new WeakMap<object, Map<string, PlanFile>>();

function rememberedOf(store: object): Map<string, PlanFile> {
  const known = rememberedBy.get(store) ?? new Map<string, PlanFile>();
  rememberedBy.set(store, known);
  return known;
}

function remember(store: object, objectKey: string, file: PlanFile): void {
  const remembered = rememberedOf(store);
  remembered.delete(objectKey);
  remembered.set(objectKey, file);
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MOST_REMEMBERED) return;
    remembered.delete(oldest);
  }
}
