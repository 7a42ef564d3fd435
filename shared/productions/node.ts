// A node of a production: which jobs were made for it, and what came of them. And what a project has by now, by what it is made from.
import { createHash } from "node:crypto";
import type { Made, NodeKind, PlannedNode, Rung } from "../drama/plan.ts";
import type { JobErrorType } from "../errors/catalogue.ts";
import { ClaimLost } from "../items/claim.ts";
import type { ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";
import type { MakeOutcome, Production, ProductionKey } from "./production.ts";

export interface Node {
  userId: string;
  productionId: string;
  index: number;
  /** As the plan names it. */
  id: string;
  kind: NodeKind;
  /** The round that it was last made in: in another one every way to make it is open again. */
  round: number;
  /** Number of its next job, from 1 through all rounds. */
  make: number;
  /** The way that its next job goes. */
  rung: number;
  /** The newest, at most `MOST_MAKES`. */
  makes: Make[];
  output: NodeOutput | null;
  /** The sha256 of the output that it had before its round. Absent: it had none. */
  was?: string;
  /** Why the output is less than what was wanted. */
  degraded: Rung["degraded"] | null;
  /** Why it failed before there was a job, in words for its user. Absent: it has not, or its jobs say it. */
  reason?: string;
  updatedAt: number;
}

export interface Make {
  make: number;
  round: number;
  jobId: string;
  rung: number;
  price: number;
  outcome: MakeOutcome;
  captured: number;
  error?: { type: JobErrorType; message: string };
}

export interface NodeOutput extends Made {
  jobId: string;
  /** As of a job's output. */
  hasThumbnail?: true;
}

/** So many jobs a node may have in one round. */
export const MOST_MAKES = 6;

export interface StoredNode {
  node: Node;
  /** Null: it is not written yet. */
  version: number | null;
}

/** Padded, so that the order of the keys is that of the plan. */
export function nodeItemKey({ userId, productionId }: ProductionKey, index: number): ItemKey {
  return { partition: `user#${userId}`, sort: `${nodesPrefix(productionId)}${String(index).padStart(4, "0")}` };
}

export function nodesPrefix(productionId: string): string {
  return `node#${productionId}#`;
}

/** The node as it is, or as it begins. In a round that it was not made in yet it goes the wanted way first. Throws ClaimLost to whoever is still at an earlier round. */
export async function readNode(
  table: Table,
  { userId, id: productionId, round }: Production,
  index: number,
  planned: PlannedNode,
): Promise<StoredNode> {
  const item = await table.get(nodeItemKey({ userId, productionId }, index));
  if (!item) {
    const { id, kind } = planned;
    const node: Node = {
      ...{ userId, productionId, index, id, kind, round, make: 1, rung: 0, makes: [] },
      ...{ output: null, degraded: null, updatedAt: 0 },
    };
    return { node, version: null };
  }
  const node = item.data as unknown as Node;
  if (node.round > round) throw new ClaimLost();
  return { node: node.round === round ? node : inRound(node, round), version: item.version };
}

function inRound({ reason: _, ...node }: Node, round: number): Node {
  return { ...node, round, rung: 0, ...(node.output && { was: node.output.sha256 }) };
}

/** What it has is, byte for byte, what it had before its round. */
export function isAsItWas({ output, was }: Node): boolean {
  return !!was && output?.sha256 === was;
}

export function withoutReason({ reason: _, ...node }: Node): Node {
  return node;
}

export function nodeItem(node: Node): NewItem {
  return { ...nodeItemKey(node, node.index), data: node as unknown as JsonObject };
}

/** Null: somebody else was faster. */
export function writeNode(table: Table, { version }: StoredNode, node: Node): Promise<number | null> {
  return table.put(nodeItem(node), version === null ? "absent" : { version });
}

/** The id of a node's job: a UUIDv8 made of what it is for, so that whoever makes it makes the same. */
export function nodeJobId(productionId: string, node: number, make: number): string {
  const hex = createHash("sha256").update(`${productionId} ${node} ${make}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** What a project has of that basis. */
export interface Basis extends NodeOutput {
  degraded: Rung["degraded"] | null;
}

export function basisKey(userId: string, projectId: string, sha256: string): ItemKey {
  return { partition: `user#${userId}`, sort: `${basesPrefix(projectId)}${sha256}` };
}

export function basesPrefix(projectId: string): string {
  return `basis#${projectId}#`;
}
