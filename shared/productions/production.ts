// A production: our record of one run over a project. It is the account that its jobs are paid from, and holds what all of them have to agree on.
import type { NodeKind, Quote, Stage } from "../drama/plan.ts";
import type { Claimable } from "../items/claim.ts";
import type { Stored } from "../items/kind.ts";
import { asSeenAt, nextLookAt, type Watched } from "../items/watched-time.ts";
import type { ProductionKey } from "../jobs/deps.ts";
import { dueShard } from "../ports/due.ts";
import type { Item, ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";

export type { ProductionKey } from "../jobs/deps.ts";

/**
 * - `starting`: its project and its credits are still to be had. Nothing is made.
 * - `running`: what is ready is admitted, up to so many jobs at a time.
 * - `stopping`: nothing is admitted any more; what goes on is cancelled, or waited for. There is no way back within the round.
 * - `ended`: nothing is admitted and nothing is to be told any more; its hold is not settled yet. Reads as processing.
 * - `settled`: its hold was captured in part and given back for the rest. Reads as ended.
 */
export type ProductionState = "starting" | "running" | "stopping" | "ended" | "settled";

export type ProductionOutcome = "completed" | "failed" | "cancelled";

/** Why a round ended otherwise than with its film. */
export type StopReason =
  | "cancelled"
  | "project_deleted"
  | "user_deleted"
  | "deadline_exceeded"
  | "budget_exhausted"
  | "node_failed"
  | "no_screenplay"
  | "unplannable"
  | "incomplete"
  | "storage_full"
  | "unpaid"
  | "internal";

export interface Production extends Watched {
  id: string;
  userId: string;
  projectId: string;
  title: string;
  /** All times are epoch milliseconds. */
  createdAt: number;
  /** When the round began to make something; null before. */
  startedAt: number | null;
  completedAt: number | null;

  round: number;
  /** The latest round whose hold was seen. 0: the production does not exist for its user. */
  paidRound: number;
  /** Rounds that have ended, but for those that nobody paid for. */
  rounds: RoundEnd[];

  state: ProductionState;
  /** Known from `stopping` on: what the round will have come to. */
  outcome: ProductionOutcome | null;
  reason: StopReason | null;
  /** By which requests with an Idempotency-Key a round was begun, other than the first: the newest, without those of rounds that were refused. */
  asked?: AskedRound[] | undefined;
  /** What the production was before a round that is still to be paid for; it goes back to it when that is refused. */
  before: Before | null;

  /** The most credits that this round may cost; so much is held. */
  budget: number;
  /** Captured by nodes of this round. */
  spent: number;
  /** Bytes that nodes of this round keep. */
  bytes: number;
  /** What the whole costs at most, as it was quoted. */
  quote: Quote;
  /** Nodes that the project did not have when the production was asked for. Absent: all. */
  unmade?: number | undefined;

  /** Who is to hear of each round's end. */
  webhookUrl?: string | undefined;

  /** Where the plan lies in the store, with the snapshot that it was made from. */
  planKey: string;
  /** The plan is the whole one; else it is the screenplay's node alone. */
  isExpanded: boolean;
  /** One character for each node of the plan (`graph`). */
  states: string;
  /** What its nodes were before this round (`graph`, `earlierOf`); absent in the first, and between rounds. */
  earlier?: string | undefined;
  /** Jobs that are paid out of the budget now. */
  admitted: Admitted[];
  /** Jobs that have ended, while their nodes do not say so yet. */
  markers: Marker[];
  /** By a node's place: how often its handling has thrown in this round. */
  throws: Record<string, number>;

  /** Somebody looks at it every moment until then: no ticket is needed. */
  attendedUntil: number;
  nudgedAt: number;
  /** Number of the round's newest ticket. */
  tickets: number;

  progress: Progress;
  /** By kind: how long the latest nodes took, in milliseconds; at most nine each. */
  times: Partial<Record<NodeKind, number[]>>;
  feed: ProductionEvent[];
  /** What its user said and got was removed; its rounds stay for the ledger. */
  purged?: true;
  /** What its files took was given back to its user, because its project was deleted. */
  isGivenBack?: true;
}

export interface AskedRound {
  round: number;
  /** The id that the key stands for. */
  by: string;
}

export interface RoundEnd {
  round: number;
  held: number;
  captured: number;
  bytes: number;
}

export type Before = Pick<
  Production,
  "reason" | "states" | "budget" | "spent" | "bytes" | "startedAt" | "completedAt" | "progress"
> & { outcome: ProductionOutcome };

export interface Admitted {
  node: number;
  make: number;
  jobId: string;
  /** Of the job. */
  round: number;
  price: number;
  at: number;
}

/** `unpaid`: the job had ended before it was admitted, and nothing was asked of anybody: it is begun again. */
export type MakeOutcome = "completed" | "failed" | "cancelled" | "unpaid";

export interface Marker {
  node: number;
  make: number;
  jobId: string;
  outcome: MakeOutcome;
  captured: number;
  /** How long it took. */
  ms: number;
}

export interface Progress {
  stage: Stage | "starting" | "done";
  /** Nodes that are made, of all that are known. */
  made: number;
  nodes: number;
  percent: number;
  /** Null while nobody can say. */
  restMs: number | null;
}

/** What somebody who follows the production hears. */
export interface ProductionEvent extends Progress {
  /** Running number, from 1 through all rounds. */
  n: number;
  at: number;
  status: ProductionStatus;
  /** The node that was decided last. */
  node?: string;
}

export type ProductionStatus = "pending" | "processing" | ProductionOutcome;

export interface StoredProduction {
  production: Production;
  version: number;
}

export const productionPrefix = "production#";

export function productionItemKey({ userId, productionId }: ProductionKey): ItemKey {
  return { partition: `user#${userId}`, sort: `${productionPrefix}${productionId}` };
}

export function keyOf({ userId, id }: Production): ProductionKey {
  return { userId, productionId: id };
}

export async function readProduction(table: Table, key: ProductionKey): Promise<StoredProduction | null> {
  const item = await table.get(productionItemKey(key));
  return item && productionOf(item);
}

export function productionOf(item: Item): StoredProduction {
  return { production: item.data as unknown as Production, version: item.version };
}

export function productionItem(production: Production): NewItem {
  const at = nextLookAt(production);
  return {
    ...productionItemKey(keyOf(production)),
    data: production as unknown as JsonObject,
    due: at === null ? undefined : { kind: "production", shard: dueShard(production.userId), at },
  };
}

export const productionKind: Claimable<Production> = {
  async read(table, key): Promise<Stored<Production> | null> {
    const item = await table.get(key);
    return item && { value: item.data as unknown as Production, version: item.version };
  },
  item: productionItem,
  seen: asSeenAt,
  canHurry: ({ dueAt }) => dueAt !== null,
};

/** It reads as ended only when it is settled. */
export function statusOf({ state, outcome, startedAt }: Production): ProductionStatus {
  if (state === "settled" && outcome) return outcome;
  return startedAt === null && outcome === null ? "pending" : "processing";
}

/** What its nodes may still cost. */
export function freeCredits({ budget, spent, admitted }: Production): number {
  return budget - spent - admitted.reduce((sum, { price }) => sum + price, 0);
}
