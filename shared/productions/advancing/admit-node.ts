// One node that is ready: its job, and its entry in the production.
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Ask, AskedInput, PlannedNode, Rung } from "../../drama/plan.ts";
import { seedOf } from "../../drama/planning/seed.ts";
import { ClaimLost } from "../../items/claim.ts";
import { isServed } from "../../jobs/asking/choose-model.ts";
import { newJob } from "../../jobs/asking/new-job.ts";
import { type Job, type JobInput, type JobKey, jobItem, readJob } from "../../jobs/job.ts";
import { settleJob } from "../../jobs/money/ending.ts";
import { writeTicket } from "../../jobs/moving/tickets.ts";
import { isSettled, toNextRound } from "../../jobs/states.ts";
import { tellCreated } from "../../jobs/telling.ts";
import { updateJob } from "../../jobs/update.ts";
import type { InputFile } from "../../ports/provider.ts";
import { askOf, isShown, madeFor } from "../basis.ts";
import type { ProductionDeps } from "../deps.ts";
import { isWaiting, stateOf, withState } from "../graph.ts";
import { nameOf } from "../money/accounts.ts";
import { type Node, type NodeOutput, nodeJobId, readNode, writeNode } from "../node.ts";
import { type PlanFile, putText } from "../plans.ts";
import { type Admitted, freeCredits, keyOf, type Production } from "../production.ts";
import { PARALLEL } from "../starting/new-production.ts";
import { withEntry } from "../states.ts";
import type { Look } from "./look.ts";

/**
 * - `admitted`: its job is paid out of the budget.
 * - `waits`: no way to make it fits into what is left of the budget now.
 * - `changed`: the production or the node is not what it was; it is looked at again.
 */
export type Admission = "admitted" | "waits" | "changed";

export async function admitNode(look: Look, file: PlanFile, index: number): Promise<Admission> {
  const { deps, claim } = look;
  const planned = file.plan.nodes[index];
  if (!planned) throw new Error("there is no such node in the plan");
  const stored = await readNode(deps.table, claim.value, index, planned);
  const rung = chooseRung(deps, claim.value, planned, stored.node.rung);
  if (rung === null) return "waits";
  if (rung === "none") throw new NobodyLeft();
  const key = { userId: claim.value.userId, jobId: nodeJobId(claim.value.id, index, stored.node.make) };
  // Another job than the one that is wanted now was begun for this make: it ends unpaid, and the node goes on with its next one.
  if ((await jobFor(look, { file, index, planned, node: stored.node, rung, key })) === "other") {
    await writeNode(deps.table, stored, { ...stored.node, make: stored.node.make + 1 });
    return "changed";
  }
  const entry = await enter(look, key, index, stored.node.make);
  if (!entry) return "changed";
  return confirm(deps, key, entry);
}

/** Of whoever looks now: another process may have what it takes. */
export class NobodyLeft extends Error {
  constructor() {
    super("The models that were to make it are not served here any more.");
  }
}

/** The way that comes next, or the cheapest behind it when that does not fit and nothing else will give room back. Those that are gone are left out. */
function chooseRung(
  deps: ProductionDeps,
  production: Production,
  { rungs }: PlannedNode,
  from: number,
): number | "none" | null {
  const there = rungs.flatMap((rung, i) => (i >= from && isOffered(deps, rung) ? [i] : []));
  const [next] = there;
  if (next === undefined) return "none";
  const free = freeCredits(production);
  const priceOf = (i: number) => rungs[i]?.price ?? Number.POSITIVE_INFINITY;
  if (priceOf(next) <= free) return next;
  if (production.admitted.length > 0) return null;
  const cheapest = there.reduce((best, i) => (priceOf(i) < priceOf(best) ? i : best));
  return priceOf(cheapest) <= free ? cheapest : null;
}

function isOffered({ providers, clock }: ProductionDeps, { provider, model }: Rung): boolean {
  const there = providers.get(provider);
  const found = there?.models.find(({ id }) => id === model);
  return there?.isConfigured === true && found !== undefined && isServed(found, clock.now());
}

function fits(production: Production, { price }: Job): boolean {
  return price <= freeCredits(production);
}

interface Wanted {
  file: PlanFile;
  index: number;
  planned: PlannedNode;
  node: Node;
  rung: number;
  key: JobKey;
}

/**
 * Sees to it that the node's job is there under its id: made now unless somebody was faster; one that ended because nobody had admitted it
 * begins its next round. `other`: it asks for something else. It may be of a round of the production in which what the node is made from was
 * another one, or go a way that was chosen when there were more credits.
 */
async function jobFor(look: Look, wanted: Wanted): Promise<"there" | "other"> {
  const { deps } = look;
  const job = await makeJob(look, wanted);
  const found = (await readJob(deps.table, wanted.key))?.job;
  if (!found) {
    if ((await deps.table.put(jobItem(job), "absent")) !== null) tellCreated(deps.log, job);
    return "there";
  }
  if (!isDeepStrictEqual(asked(found), asked(job))) return "other";
  if (found.outcome === null) await bringIntoRound(look, found);
  else await reopen(look, wanted.key);
  return "there";
}

/** What a job asks for, as a table keeps it. */
function asked({ provider, request, inputs, price, lane, visibleLabel, dryRun, production }: Job): unknown {
  const rung = production?.rung;
  return JSON.parse(JSON.stringify({ provider, request, inputs, price, lane, visibleLabel, dryRun, rung }));
}

/** It was made in an earlier round of the production, and never admitted. */
async function bringIntoRound({ deps, claim }: Look, job: Job): Promise<void> {
  const { round } = claim.value;
  if (job.production?.round === round) return;
  await updateJob(deps, { userId: job.userId, jobId: job.id }, (current) => {
    const next = inRound(current, round);
    return current.outcome === null && current.attempt === 0 ? next : null;
  });
}

async function reopen({ deps, claim }: Look, key: JobKey): Promise<void> {
  const ended = (await readJob(deps.table, key))?.job;
  if (ended && !isSettled(ended)) await settleJob(deps, key, ended.round);
  await updateJob(deps, key, (job) => {
    const mine = inRound(job, claim.value.round);
    if (job.outcome === null || !isSettled(job)) return null;
    if (job.paidRound > 0) throw new Error("the next job of a node was paid for already");
    return toNextRound(mine, deps.clock.now());
  });
}

/** A job of a later round is not for whoever is still at an earlier one. */
function inRound(job: Job, round: number): Job {
  if (!job.production) return job;
  if (job.production.round > round) throw new ClaimLost();
  return { ...job, production: { ...job.production, round } };
}

async function makeJob(look: Look, { file, index, planned, node, rung, key }: Wanted): Promise<Job> {
  const { deps } = look;
  const production = look.claim.value;
  const way = planned.rungs[rung];
  if (!way) throw new Error("there is no such way to make a node");
  const made = await madeFor(look, file, index);
  const ask = askOf(deps, file, index, rung, made);
  const inputs = await Promise.all(ask.inputs.map((input) => inputOf(deps, production, input, made)));
  const job = newJob(
    {
      userId: production.userId,
      type: planned.type,
      provider: way.provider,
      request: requestOf(ask, way, planned, stateOf(production.states, index) === "!" ? node.make : null),
      dryRun: file.dryRun,
      metadata: null,
      visibleLabel: isShown(planned) ? file.labels[planned.type] : undefined,
      price: way.price,
      deadlineMs: deadlineOf(deps, file, planned, way),
      input: null,
      ...(inputs.length === 0 ? {} : { inputs }),
    },
    key.jobId,
    deps,
  );
  const { keptForMs: _, ...kept } = job;
  const of = { id: production.id, round: production.round, node: index, make: node.make, rung };
  return { ...kept, production: of, ...(way.lane === "assembly" ? { lane: "assembly" as const } : {}) };
}

/**
 * `anew`: the number of the make of a node that is made anew. It goes into the seed, so that another output comes of it, and the same whenever this make
 * is asked for.
 */
function requestOf({ request }: Ask, { model }: Rung, { type }: PlannedNode, anew: number | null): Ask["request"] {
  const { seed } = request;
  const other = anew === null || seed === undefined ? {} : { seed: seedOf(seed, `make ${anew}`, false) };
  return { ...request, type, model, n: 1, ...other };
}

/** Putting a film together takes no vendor's time, and must not take a day of ours. */
const ASSEMBLY_DEADLINE_MS = 30 * 60_000;

function deadlineOf({ providers }: ProductionDeps, file: PlanFile, { type }: PlannedNode, way: Rung): number {
  if (way.lane === "assembly") return ASSEMBLY_DEADLINE_MS;
  const model = providers.get(way.provider)?.models.find(({ id }) => id === way.model);
  return Math.min(file.deadlineMs[type], model?.deadlineMs ?? Number.POSITIVE_INFINITY);
}

async function inputOf(
  deps: ProductionDeps,
  production: Production,
  input: AskedInput,
  made: ReadonlyMap<number, NodeOutput>,
): Promise<JobInput> {
  if ("file" in input) return { origin: { file: input.file.key }, file: input.file };
  if ("text" in input) return textInput(deps, production, input.text);
  const output = made.get(input.node);
  if (!output) throw new Error("a node asks for the output of one that has none");
  const { jobId, ...file } = output;
  return { origin: { jobId, index: 0 }, file };
}

async function textInput(deps: ProductionDeps, production: Production, text: string): Promise<JobInput> {
  const bytes = new TextEncoder().encode(text);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const key = await putText(deps, keyOf(production), { sha256, bytes });
  const file: InputFile = {
    ...{ key, type: "text", size: bytes.length, sha256, contentType: "application/json" },
    ...{ width: null, height: null, durationMs: null },
  };
  return { origin: { file: key }, file };
}

/** Admission: the production is read, then the job, and the write holds only on that very production, with the owner's token. Null: it is not to be. */
function enter({ deps, claim }: Look, key: JobKey, index: number, make: number): Promise<Admitted | null> {
  return deps.nodes.change(nameOf(keyOf(claim.value)), {
    read: async () => (await readJob(deps.table, key))?.job ?? null,
    apply(production, job) {
      if (production.lease?.token !== claim.token) throw new ClaimLost();
      const state = stateOf(production.states, index);
      const hasRoom = production.admitted.length + production.markers.length < PARALLEL;
      const isWanted = production.state === "running" && isWaiting(state) && hasRoom;
      const isOfRound = job?.outcome === null && job.production?.round === production.round;
      if (!isWanted || !isOfRound || !fits(production, job)) return { value: production, result: null };
      const { id: jobId, round, price } = job;
      const entry: Admitted = { node: index, make, jobId, round, price, at: deps.clock.now() };
      const states = withState(production.states, index, state === "!" ? "A" : "a");
      return { value: withEntry(production, entry, states), result: entry };
    },
  });
}

/** A timer may have ended the job just before its entry was written: the entry must not stay. Or it has put the job off: it need not wait now. */
async function confirm(deps: ProductionDeps, key: JobKey, { round }: Admitted): Promise<Admission> {
  const confirmed = await updateJob(deps, key, (job) => {
    const now = deps.clock.now();
    const isPutOff = job.outcome === null && job.round === round && job.attempt === 0 && (job.dueAt ?? 0) > now;
    return isPutOff ? { ...job, dueAt: now } : null;
  });
  if (confirmed && confirmed.job.outcome === null) {
    await writeTicket(deps, confirmed.job);
    return "admitted";
  }
  if (confirmed) await deps.nodes.settle(confirmed.job);
  return "changed";
}
