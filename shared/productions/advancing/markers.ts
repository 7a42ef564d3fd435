// Bringing markers to their nodes: what a job has come to is written on its node, then what it made is put where the project finds it again, and
// then the production lets go of the marker. Each may be repeated from the first one on.

import type { PlannedNode, Snapshot } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import { type Job, readJob } from "../../jobs/job.ts";
import type { JsonObject } from "../../ports/table.ts";
import { basisOf } from "../basis.ts";
import type { ProductionDeps } from "../deps.ts";
import { type NodeState, type Remade, stateOf, withFailed, withLossPassedOn, withSame, withState } from "../graph.ts";
import {
  type Basis,
  basisKey,
  isAsItWas,
  type Make,
  MOST_MAKES,
  type Node,
  type NodeOutput,
  readNode,
  withoutReason,
  writeNode,
} from "../node.ts";
import type { PlanFile } from "../plans.ts";
import type { Marker, Production } from "../production.ts";
import { progressOf, withTime } from "../progress.ts";
import { told, toStopping } from "../states.ts";
import { type Look, planOf } from "./look.ts";

/** What a marker has made of its node. */
interface Told {
  marker: Marker;
  state: NodeState;
  /** Made, and as it was before the round. */
  isSame?: true;
  /** The production has to stop for it. */
  isFatal: boolean;
}

/** As many writes as there are nodes, and one of the production. */
export async function bringMarkers(look: Look): Promise<void> {
  const { deps, claim } = look;
  const { markers } = claim.value;
  if (markers.length === 0) return;
  const file = await planOf(look);
  const bases = await Promise.all(markers.map((marker) => basisFor(look, file, marker)));
  // Still mine, so that no later round has changed what these were made from, and the bases are those of what was made.
  await claim.reload();
  const all = await Promise.all(
    markers.map((marker, i) => tellNode(deps, claim.value, file, marker, bases[i] ?? null)),
  );
  await claim.update((production) => withoutMarkers(deps, production, file, all));
}

/** Null of what has made nothing; and where it cannot be said, which costs a later production something and this one nothing. */
async function basisFor(look: Look, file: PlanFile, { node, outcome }: Marker): Promise<string | null> {
  if (outcome !== "completed") return null;
  try {
    return await basisOf(look, file, node);
  } catch (error) {
    if (error instanceof AppError) throw error;
    look.deps.log.error({ error, productionId: look.claim.value.id, node }, "what a node was made from cannot be said");
    return null;
  }
}

/** One write: the nodes' states, those that now are left out with them, the markers out, the feed. */
function withoutMarkers(
  deps: ProductionDeps,
  production: Production,
  { plan }: PlanFile,
  all: readonly Told[],
): Production {
  const now = deps.clock.now();
  const isTold = ({ node, make }: Marker) => all.some(({ marker }) => marker.node === node && marker.make === make);
  const mine = all.filter(({ marker }) =>
    production.markers.some(({ node, make }) => node === marker.node && make === marker.make),
  );
  if (mine.length === 0) return production;
  const remade = mine.reduce<Remade>((known, { marker: { node }, state, isSame }) => {
    if (state === "f") return withFailed(plan, known, node);
    const next = { states: withState(known.states, node, state), earlier: known.earlier };
    return isSame ? withSame(next, node) : next;
  }, production);
  const times = mine.reduce(
    (known, { marker }) => withTime(known, plan.nodes[marker.node]?.kind, marker),
    production.times,
  );
  const next: Production = {
    ...production,
    ...{ states: withLossPassedOn(plan, remade.states), earlier: remade.earlier },
    ...{ times, updatedAt: now, looks: 0 },
    markers: production.markers.filter((marker) => !isTold(marker)),
  };
  const shown = told(
    { ...next, progress: progressOf(next, plan, deps) },
    now,
    plan.nodes[mine.at(-1)?.marker.node ?? 0]?.id,
  );
  return mine.some(({ isFatal }) => isFatal) ? toStopping(shown, now, "node_failed") : shown;
}

async function tellNode(
  deps: ProductionDeps,
  production: Production,
  file: PlanFile,
  marker: Marker,
  basis: string | null,
): Promise<Told> {
  const planned = file.plan.nodes[marker.node];
  if (!planned) throw new Error("a marker names a node that the plan does not have");
  const isAnew = stateOf(production.states, marker.node) === "A";
  // Nothing was asked of anybody: the same make is begun again.
  if (marker.outcome === "unpaid") return { marker, state: isAnew ? "!" : ".", isFatal: false };
  const job = (await readJob(deps.table, { userId: production.userId, jobId: marker.jobId }))?.job ?? null;
  const node = await writeMake(deps, production, { planned, marker, job, snapshot: file.snapshot });
  if (marker.outcome === "completed" && node.output) {
    if (basis !== null) await putBasis(deps, production, { node, sha256: basis, isAnew });
    const state = node.degraded === null ? "d" : "g";
    return { marker, state, isFatal: false, ...(isAsItWas(node) && { isSame: true }) };
  }
  const isOver = marker.outcome === "cancelled" || isOutOfWays(node, planned);
  if (!isOver) return { marker, state: isAnew ? "!" : ".", isFatal: false };
  const isFatal = file.snapshot.wish.onFailure === "stop" && marker.outcome === "failed";
  return { marker, state: marker.outcome === "cancelled" ? "c" : "f", isFatal };
}

interface Ended {
  planned: PlannedNode;
  marker: Marker;
  job: Job | null;
  snapshot: Snapshot;
}

/** Writes on the node what its job has come to, and which way comes next; once, however often it is done. */
async function writeMake(deps: ProductionDeps, production: Production, ended: Ended): Promise<Node> {
  const { marker, planned } = ended;
  for (;;) {
    const stored = await readNode(deps.table, production, marker.node, planned);
    if (stored.node.makes.some(({ jobId }) => jobId === marker.jobId)) return stored.node;
    const node = withMake(stored.node, ended, production.round, deps.clock.now());
    if ((await writeNode(deps.table, stored, node)) !== null) return node;
  }
}

function withMake(node: Node, { planned, marker, job, snapshot }: Ended, round: number, now: number): Node {
  const { make, jobId, captured } = marker;
  const rung = job?.production?.rung ?? node.rung;
  const output = outputOf(job, marker);
  // A job that says it is completed and shows nothing has failed for its node.
  const outcome = marker.outcome === "completed" && !output ? "failed" : marker.outcome;
  const error = job?.error ? { error: { type: job.error.type, message: job.error.message } } : {};
  const made: Make = { make, round, jobId, rung, price: job?.price ?? 0, outcome, captured, ...error };
  const makes = [...node.makes, made].slice(-MOST_MAKES);
  const next: Node = { ...withoutReason(node), make: make + 1, makes, updatedAt: now };
  if (output) return { ...next, output, degraded: planned.rungs[rung]?.degraded ?? null };
  return { ...next, rung: nextRung({ ...next, rung }, planned, job, snapshot) };
}

function outputOf(job: Job | null, { outcome, jobId }: Marker): NodeOutput | null {
  const output = outcome === "completed" ? job?.outputs[0] : undefined;
  if (!output) return null;
  const { key, type, size, sha256, contentType, width, height, durationMs, hasThumbnail } = output;
  const kept = { jobId, key, type, size, sha256, contentType, width, height, durationMs };
  return hasThumbnail ? { ...kept, hasThumbnail } : kept;
}

/** Behind the last way: none is left. What we have refused ourselves ends the node at once, and an answer that was lost is risked once more. */
function nextRung({ makes, rung, round }: Node, { rungs }: PlannedNode, job: Job | null, snapshot: Snapshot): number {
  const { type, stage } = job?.error ?? {};
  const isRefusedByUs = type === "moderation_blocked" && stage !== undefined;
  const ofRound = makes.filter((made) => made.round === round);
  const lost = ofRound.filter(({ error }) => error?.type === "provider_unknown").length;
  const isUsedUp = ofRound.filter(({ outcome }) => outcome === "failed").length >= MOST_MAKES;
  if (snapshot.wish.onFailure === "stop" || isRefusedByUs || isUsedUp || lost > 1) return rungs.length;
  return rung + 1;
}

/** Whether no way to make the node is left in this round. */
export function isOutOfWays({ rung }: Pick<Node, "rung">, { rungs }: PlannedNode): boolean {
  return rung >= rungs.length;
}

/** Under what was wanted, also when less was made: so that it is not paid for again without being asked. What was asked for anew takes its place. */
async function putBasis(
  deps: ProductionDeps,
  production: Production,
  { node, sha256, isAnew }: { node: Node; sha256: string; isAnew: boolean },
): Promise<void> {
  if (!node.output) return;
  const key = basisKey(production.userId, production.projectId, sha256);
  const basis: Basis = { ...node.output, degraded: node.degraded };
  const item = { ...key, data: basis as unknown as JsonObject };
  const isFirst = (await deps.table.put(item, "absent")) !== null;
  if (isFirst || !isAnew) return;
  const found = await deps.table.get(key);
  if (found && found.data.jobId !== basis.jobId) await deps.table.put(item, { version: found.version });
}
