// The rules of productions' money, held against one user's items as they were at one moment. Pure: nothing is repaired. Beside them stand those
// of the ledger (jobs/money/check-ledger).
import type { Account, Hold, LedgerLine } from "../../credits/account.ts";
import { isGivenBack } from "../../credits/give-back.ts";
import { HOLD_REVIEW_MS } from "../../credits/holds.ts";
import type { Job } from "../../jobs/job.ts";
import { isSettled } from "../../jobs/states.ts";
import { isNodeJobId } from "../../ports/ids.ts";
import { type Admitted, keyOf, type Production, productionItemKey } from "../production.ts";

export interface ProductionLedger {
  account: Account;
  /** All of the account, old and new. */
  lines: readonly LedgerLine[];
  productions: readonly Production[];
  /** The jobs of their nodes; gone through once. */
  nodeJobs: Iterable<Job>;
}

/** What does not add up, a sentence each; empty when all does. `now` is epoch milliseconds. */
export function checkProductions(ledger: ProductionLedger, now: number): string[] {
  const { account, lines, productions } = ledger;
  const known = new Map(productions.map((production) => [production.id, production]));
  return [
    ...lines.flatMap(({ n, jobId }) => (jobId && isNodeJobId(jobId) ? [`line ${n} names a job of a production`] : [])),
    ...account.holds.flatMap((hold) => strangeHold(hold, known, now)),
    ...productions.flatMap((production) => checkOne(production, account, lines).map(named(production))),
    ...checkNodes(ledger, known),
  ];
}

/** What they keep in the store, as the account counts it: a round whose hold is still there counts once that is settled, and what was given back no more. */
export function bytesOfProductions(account: Account, productions: readonly Production[]): number {
  const { holds } = account;
  const isHeld = (id: string, round: number) => holds.some((hold) => hold.productionId === id && hold.round === round);
  const isGone = (production: Production) =>
    production.purged && (production.isGivenBack || isGivenBack(account, productionItemKey(keyOf(production)).sort));
  const all = productions.flatMap((production) =>
    isGone(production) ? [] : production.rounds.filter(({ round }) => !isHeld(production.id, round)),
  );
  return all.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** b. A hold belongs to an unsettled production in that round; one that a timer has still to look at may be anybody's. */
function strangeHold(hold: Hold, known: ReadonlyMap<string, Production>, now: number): string[] {
  const { productionId, round, amount, expiresAt } = hold;
  if (productionId === undefined || expiresAt + HOLD_REVIEW_MS > now) return [];
  const production = known.get(productionId);
  const isRight = production && production.round === round && production.state !== "settled";
  if (isRight && production.budget === amount) return [];
  return [`production ${productionId}, round ${round}: ${amount} are held, but ${stateOf(production)}`];
}

function stateOf(production: Production | undefined): string {
  if (!production) return "there is no such production";
  return `it is ${production.state} in round ${production.round} with a budget of ${production.budget}`;
}

function checkOne(production: Production, account: Account, lines: readonly LedgerLine[]): string[] {
  const { id, round, state, paidRound, budget, spent, admitted } = production;
  const held = account.holds.find((hold) => hold.productionId === id && hold.round === round);
  const isPaidAndOpen = state === "running" || (state === "stopping" && paidRound === round);
  const reserved = admitted.reduce((sum, { price }) => sum + price, 0);
  const last = Math.max(round, ...lines.flatMap((line) => (line.productionId === id ? [line.round ?? 1] : [])));
  const rounds = Array.from({ length: last }, (_, i) => i + 1);
  return [
    ...(isPaidAndOpen && !held ? ["it goes on, but nothing is held for it"] : []),
    ...(held && state !== "settled" && held.amount !== budget ? [`${held.amount} are held instead of ${budget}`] : []),
    ...(spent + reserved <= budget ? [] : [`${spent} are spent and ${reserved} promised, of ${budget}`]),
    ...rounds.flatMap((each) => checkRound(production, each, account, lines)),
  ];
}

/** a. One charge of what was held; what was not captured was given back, once it was settled. */
function checkRound({ id, rounds }: Production, round: number, account: Account, all: readonly LedgerLine[]): string[] {
  const lines = all.filter((line) => line.productionId === id && line.round === round);
  const hold = account.holds.find((one) => one.productionId === id && one.round === round);
  const ended = rounds.find((one) => one.round === round);
  const net = lines.reduce((sum, { amount }) => sum + amount, 0);
  const expected = hold ? -hold.amount : -(ended?.captured ?? 0);
  const twice = (["charge", "refund"] as const).filter((type) => lines.filter((line) => line.type === type).length > 1);
  const charge = lines.find(({ type }) => type === "charge");
  const overcharged = charge && ended && charge.amount !== -ended.held;
  return [
    ...twice.map((type) => `round ${round}: there are several lines of type ${type}`),
    ...(net === expected ? [] : [`round ${round}: its lines should add up to ${expected}, not ${net}`]),
    ...(overcharged ? [`round ${round}: ${-charge.amount} were charged instead of ${ended.held}`] : []),
  ];
}

function checkNodes({ productions, nodeJobs }: ProductionLedger, known: ReadonlyMap<string, Production>): string[] {
  const missing = new Map(productions.flatMap((one) => one.admitted.map((entry) => [entry.jobId, { one, entry }])));
  const twice = productions.flatMap(({ admitted }) => admitted).length - missing.size;
  const captured = new Map<string, number>();
  const completed = new Set<string>();
  const differences = twice > 0 ? [`${twice} jobs are paid for twice at once`] : [];
  for (const job of nodeJobs) {
    const { production: of } = job;
    const production = of && known.get(of.id);
    if (!of || !production) {
      differences.push(`job ${job.id}: there is no production that it belongs to`);
      continue;
    }
    const found = missing.get(job.id);
    missing.delete(job.id);
    const entry = found?.one === production ? found.entry : undefined;
    differences.push(...checkNodeJob(job, production, entry).map((text) => `job ${job.id}: ${text}`));
    if (job.outcome !== "completed" || entry) continue;
    const round = `${of.id} ${of.round}`;
    captured.set(round, (captured.get(round) ?? 0) + job.captured);
    if (completed.has(`${round} ${of.node}`)) differences.push(`job ${job.id}: its node was made twice in one round`);
    completed.add(`${round} ${of.node}`);
  }
  for (const [jobId, { one }] of missing) differences.push(named(one)(`it pays for job ${jobId}, which is not there`));
  return [...differences, ...productions.flatMap((one) => checkSpent(one, captured).map(named(one)))];
}

/** d. and f. */
function checkNodeJob(job: Job, production: Production, entry: Admitted | undefined): string[] {
  if (entry) {
    const isSame = entry.price === job.price * job.request.n && entry.make === job.production?.make;
    const isPaidAndOver = isSettled(job) && job.round === entry.round && job.paidRound === job.round;
    return [
      ...(isSame ? [] : ["its production has admitted another price or make"]),
      ...(isPaidAndOver ? ["it is settled, but its production still pays for it"] : []),
    ];
  }
  const hasMarker = production.markers.some(({ jobId }) => jobId === job.id);
  const isAlone = job.paidRound > 0 && job.outcome === null && !hasMarker;
  return isAlone ? ["it was begun, but its production does not pay for it"] : [];
}

/** e. What was spent is what its completed jobs have captured. Once they are gone nobody can say. */
function checkSpent(
  { id, round, spent, rounds, purged, state }: Production,
  captured: ReadonlyMap<string, number>,
): string[] {
  if (purged) return [];
  const of = (each: number) => captured.get(`${id} ${each}`) ?? 0;
  const isOpen = state !== "ended" && state !== "settled";
  return [
    ...(isOpen && spent !== of(round) ? [`${spent} are spent, but its jobs have captured ${of(round)}`] : []),
    ...rounds.flatMap((one) =>
      one.captured === of(one.round)
        ? []
        : [`round ${one.round}: it captured ${one.captured}, but its jobs ${of(one.round)}`],
    ),
  ];
}

function named({ id }: Production): (text: string) => string {
  return (text) => `production ${id}: ${text}`;
}
