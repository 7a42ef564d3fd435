// Every gap in the life of a production by its name: between which two of its writes a process dies.
import type { Account } from "../../../shared/credits/account.ts";
import type { Job } from "../../../shared/jobs/job.ts";
import type { Node } from "../../../shared/productions/node.ts";
import type { Production } from "../../../shared/productions/production.ts";
import { itemPut, objectOf } from "../../jobs/intercept.ts";
import type { ScenarioName } from "../../productions/scenarios.ts";
import type { Gap } from "../gap.ts";

type Matches = Gap["matches"];

const puts =
  <T>(prefix: string, is: (data: T) => boolean = () => true): Matches =>
  (call) => {
    const item = itemPut(call);
    return item?.sort.startsWith(prefix) === true && is(item.data as T);
  };
const production = (is: (production: Production) => boolean) => puts("production#", is);
const node = (is: (node: Node) => boolean) => puts("node#", is);
const job = (is: (job: Job) => boolean) => puts("nodejob#", is);
const account = (is: (account: Account) => boolean) => puts("account", is);
const project = (is: (data: { running: string | null; runningRound?: number }) => boolean) => puts("project#", is);
const object =
  (pattern: RegExp): Matches =>
  (call) =>
    pattern.test(objectOf(call, "put") ?? "");

const before = (matches: Matches): Gap => ({ moment: "before", matches });
const after = (matches: Matches, nth = 1): Gap => ({ moment: "after", matches, nth });

const isNew = ({ attempt, lease, outcome }: Job) => attempt === 0 && lease === null && outcome === null;
const hasEnded = (outcome: Job["outcome"]) => (one: Job) => one.phase === "ended" && one.outcome === outcome;
const isIn =
  (state: Production["state"], round = 1) =>
  (one: Production) =>
    one.state === state && one.round === round;
const hasEntry = ({ admitted }: Production) => admitted.length > 0;
const hasMarker = ({ markers }: Production) => markers.length > 0;
const isHeld = (round: number) => (one: Account) => one.holds.some((hold) => hold.round === round);
const isFree = ({ running }: { running: string | null }) => running === null;
const isReused = ({ output, makes }: Node) => output !== null && makes.length === 0;

interface ProductionGap {
  gap: Gap;
  scenario: ScenarioName;
}

const of = (scenario: ScenarioName, named: Record<string, Gap>): Record<string, ProductionGap> =>
  Object.fromEntries(Object.entries(named).map(([name, gap]) => [name, { gap, scenario }]));

export const productionGaps: Readonly<Record<string, ProductionGap>> = {
  ...of("film", {
    "start: after the key": after(puts("idem#")),
    "start: after the plan": after(object(/\/plans\//)),
    "start: before the production": before(production(isIn("starting"))),
    "start: after the production": after(production(isIn("starting"))),
    "start: before the lock": before(project(({ running }) => running !== null)),
    "start: after the lock": after(project(({ running }) => running !== null)),
    "start: before the hold": before(account(isHeld(1))),
    "start: after the hold": after(account(isHeld(1))),
    "start: after the ticket": after(object(/^temp\/tickets\//)),
    "start: before it runs": before(production(isIn("running"))),
    "start: after it runs": after(production(isIn("running"))),

    "admit: before the job": before(job(isNew)),
    "admit: after the job": after(job(isNew)),
    "admit: after the second of two jobs": after(job(isNew), 2),
    "admit: before the entry": before(production(hasEntry)),
    "admit: after the entry": after(production(hasEntry)),
    "admit: after the ticket": after(object(/^temp\/tickets\//), 2),

    "node: before it ends": before(job(hasEnded("completed"))),
    "node: after it has ended": after(job(hasEnded("completed"))),
    "node: before its production knows": before(production(hasMarker)),
    "node: after its production knows": after(production(hasMarker)),
    "node: after its job is settled": after(job(({ phase }) => phase === "closing")),
    "node: before it is written": before(node(({ output }) => output !== null)),
    "node: after it is written": after(node(({ output }) => output !== null)),
    "node: after the project has it": after(puts("basis#")),
    "node: before its state": before(production(({ states }) => states.includes("d"))),
    "node: after its state": after(production(({ states }) => states.includes("d"))),
    "node: after the last one's state": after(production(({ states }) => states === "dddd")),

    "end: before it has ended": before(production(isIn("ended"))),
    "end: after it has ended": after(production(isIn("ended"))),
    "end: before the capture": before(account(({ spent }) => spent > 0)),
    "end: after the capture": after(account(({ spent }) => spent > 0)),
    "end: after it is settled": after(production(isIn("settled"))),
    "end: before the project is free": before(project(isFree)),
    "end: after the project is free": after(project(isFree)),
    "end: after it is closed": after(production((one) => isIn("settled")(one) && one.dueAt === null)),
  }),
  ...of("a film with a node that fails", {
    "node: after it has failed": after(job(hasEnded("failed"))),
    "node: after the failed way is written": after(node(({ output, makes }) => output === null && makes.length > 0)),
    "node: after the next way is admitted": after(
      production(({ admitted }) => admitted.some(({ make }) => make === 2)),
    ),
  }),
  ...of("cancel", {
    "cancel: before the stop": before(production(isIn("stopping"))),
    "cancel: after the stop": after(production(isIn("stopping"))),
    "cancel: before a job is cancelled": before(job(hasEnded("cancelled"))),
    "cancel: after a job was cancelled": after(job(hasEnded("cancelled"))),
    "cancel: after its production knows": after(production((one) => isIn("stopping")(one) && hasMarker(one))),
    "cancel: after its node is written": after(node(({ makes }) => makes.at(-1)?.outcome === "cancelled")),
    "cancel: after it has ended": after(production(isIn("ended"))),
    "cancel: after the refund": after(account(({ lines }) => lines.some(({ type }) => type === "refund"))),
    "cancel: after it is settled": after(production(isIn("settled"))),
  }),
  ...of("resume", {
    "resume: before the next round": before(production(isIn("starting", 2))),
    "resume: after the next round": after(production(isIn("starting", 2))),
    "resume: before the lock": before(project(({ runningRound }) => runningRound === 2)),
    "resume: after the lock": after(project(({ runningRound }) => runningRound === 2)),
    "resume: before the hold": before(account(isHeld(2))),
    "resume: after the hold": after(account(isHeld(2))),
    "resume: after it runs": after(production(isIn("running", 2))),
    "resume: after an entry": after(production((one) => one.round === 2 && hasEntry(one))),
    "resume: after it has ended": after(production(isIn("ended", 2))),
    "resume: after it is settled": after(production(isIn("settled", 2))),
  }),
  ...of("remake", {
    "remake: after the next round": after(production(isIn("starting", 2))),
    "remake: after an entry": after(production(({ states }) => states.includes("A"))),
    "remake: after it has ended": after(production(isIn("ended", 2))),
  }),
  ...of("reuse", {
    "reuse: before a node is written": before(node(isReused)),
    "reuse: after a node is written": after(node(isReused)),
    "reuse: before its state": before(production(({ states }) => states.includes("r"))),
    "reuse: after its state": after(production(({ states }) => states.includes("r"))),
    "reuse: after it has ended": after(production((one) => one.state === "ended" && one.states.includes("r"))),
  }),
};
