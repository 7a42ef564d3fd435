// Explores the interleavings of several callers, with a crash after each write, on the real code: every call of a port waits at a
// gate until the explorer lets it through, and each run takes another way. A state that was seen before is not gone through again.
import { createHash } from "node:crypto";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import type { ItemKey, Table } from "../../shared/ports/table.ts";

export interface Actor {
  name: string;
  /** What the caller does; refusals are fine, they count as its answer. */
  run(): Promise<unknown>;
}

export interface World {
  /** Everything that the callers can see, as text; equal worlds have equal texts. */
  snapshot(): Promise<string>;
  actors: Actor[];
  /** Throws when a rule is broken that has to hold after every write. */
  checkAlways(): Promise<void>;
  /** Lets the timers run until nothing is due, then throws when a rule is broken. `crashed` names who died. */
  checkFinally(crashed: string[]): Promise<void>;
  end(): Promise<void>;
}

interface Waiting {
  actor: string;
  what: string;
  isWrite: boolean;
  go(): Promise<void>;
}

/** The gate of one run. Ports are wrapped so that each call stands at it. */
export class Gate {
  readonly waiting: Waiting[] = [];
  /** What each actor has seen so far: with equal sights it goes on equally. */
  readonly seen = new Map<string, string>();
  /** True: everybody passes at once (set-up and repair). */
  isOpen = true;
  /** Nothing that these still have under way is ever done. */
  readonly crashed: string[] = [];

  pass<T>(actor: string, what: string, isWrite: boolean, call: () => Promise<T>): Promise<T> {
    if (this.crashed.includes(actor)) return new Promise<T>(() => {});
    if (this.isOpen) return call();
    return new Promise<T>((resolve, reject) => {
      const go = async () => {
        try {
          const answer = await call();
          this.saw(actor, `${what} → ${sameInEachRun(JSON.stringify(answer))}`);
          resolve(answer);
        } catch (error) {
          this.saw(actor, `${what} threw ${error}`);
          reject(error);
        }
      };
      this.waiting.push({ actor, what, isWrite, go });
    });
  }

  private saw(actor: string, what: string): void {
    this.seen.set(actor, sha256(`${this.seen.get(actor) ?? ""}\n${what}`));
  }
}

/** The table as one actor sees it: each call waits at the gate. */
export function gatedTable(gate: Gate, actor: string, table: Table): Table {
  const name = (key: ItemKey) => `${key.partition}/${key.sort}`;
  const { putTogether } = table;
  return {
    ...(putTogether && {
      putTogether: (writes) => {
        const names = writes.map(({ item }) => name(item)).join(" with ");
        return gate.pass(actor, `put ${names}`, true, () => putTogether(writes));
      },
    }),
    get: (key) => gate.pass(actor, `get ${name(key)}`, false, () => table.get(key)),
    put: (item, condition) => gate.pass(actor, `put ${name(item)}`, true, () => table.put(item, condition)),
    delete: (key, condition) => gate.pass(actor, `delete ${name(key)}`, true, () => table.delete(key, condition)),
    query: (query) => gate.pass(actor, `query ${query.partition}/${query.prefix}`, false, () => table.query(query)),
    due: (query) => gate.pass(actor, `due ${query.kind}`, false, () => table.due(query)),
    close: () => table.close(),
  };
}

/** The store as one actor sees it. What is done there is a hint, clean-up, or done only if absent: it passes when it comes, and no way branches at it. */
export function gatedStore(gate: Gate, actor: string, store: ObjectStore): ObjectStore {
  return {
    put: (key, body, options) => gate.pass(actor, `${FREE} put ${key}`, true, () => store.put(key, body, options)),
    get: (key, options) => store.get(key, options),
    head: (key) => gate.pass(actor, `${FREE} head ${key}`, false, () => store.head(key)),
    copy: (from, to, options) => gate.pass(actor, `${FREE} copy ${to}`, true, () => store.copy(from, to, options)),
    delete: (key) => gate.pass(actor, `${FREE} delete ${key}`, true, () => store.delete(key)),
    deleteMany: (keys) => gate.pass(actor, `${FREE} delete ${keys}`, true, () => store.deleteMany(keys)),
    list: (query) => gate.pass(actor, `${FREE} list ${query.prefix}`, false, () => store.list(query)),
    url: (key) => store.url(key),
    downloadUrl: (key, name) => store.downloadUrl(key, name),
    signUpload: (request) => store.signUpload(request),
    probe: () => store.probe(),
    prove: () => store.prove(),
  };
}

const FREE = "free:";

/** The provider as one actor sees it. */
export function gatedProvider(gate: Gate, actor: string, provider: Provider): Provider {
  return {
    ...provider,
    start: (request, context) => gate.pass(actor, "start", true, () => provider.start(request, context)),
    check: (task, context) => gate.pass(actor, "check", true, () => provider.check(task, context)),
    cancel: (task, context) => gate.pass(actor, "cancel", true, () => provider.cancel(task, context)),
    lookUp: (context) => gate.pass(actor, "lookUp", false, () => provider.lookUp(context)),
  };
}

export interface Exploration {
  runs: number;
  states: number;
  crashes: number;
  /** The first broken rule, with the way that led to it. */
  violation: { error: unknown; way: string[] } | null;
}

export interface ExploreOptions {
  /** Only ways on which callers that could go on are interrupted at most this often; without it every way. Deaths do not count. */
  maxSwitches?: number | undefined;
  /** More ways than these are a mistake of whoever explores. */
  maxRuns?: number | undefined;
  /** Only so many ways, each by chance from its first step to its end; no state is remembered. */
  sample?: Sample | undefined;
}

export interface Sample {
  ways: number;
  /** 0 or more, less than `below`. */
  next(below: number): number;
}

interface Choice {
  name: string;
  actor: string;
  /** None: the actor dies. */
  call: Waiting | null;
}

const MAX_RUNS = 10_000;

/** Of a sample: one of so many writes is the last one of its caller. */
const WRITES_FOR_A_DEATH = 8;

/** Goes through every way that `makeWorld` and its actors can go. Each run is deterministic: the same choices lead to the same state. */
export async function explore(
  makeWorld: (gate: Gate) => Promise<World>,
  options: ExploreOptions = {},
): Promise<Exploration> {
  const visited = new Set<string>();
  const result: Exploration = { runs: 0, states: 0, crashes: 0, violation: null };
  const open: number[][] = options.sample ? Array.from({ length: options.sample.ways }, () => []) : [[]];
  for (let prefix = open.pop(); prefix && !result.violation; prefix = open.pop()) {
    if (++result.runs > (options.maxRuns ?? MAX_RUNS))
      throw new Error("there are more ways than an exploration may go");
    const gate = new Gate();
    const world = await makeWorld(gate);
    const way: string[] = [];
    try {
      await goOneWay({ gate, world, prefix, way, open, visited, options, result });
    } catch (error) {
      result.violation = { error, way };
    } finally {
      gate.isOpen = true;
      await world.end();
    }
  }
  result.states = visited.size;
  return result;
}

interface Run {
  gate: Gate;
  world: World;
  /** The choices to repeat; behind them the first one is taken each time, and the others are left open. */
  prefix: number[];
  way: string[];
  open: number[][];
  visited: Set<string>;
  options: ExploreOptions;
  result: Exploration;
}

async function goOneWay({ gate, world, prefix, way, open, visited, options, result }: Run): Promise<void> {
  const { crashed } = gate;
  const ended = startActors(gate, world);
  await settleDown(gate);
  const taken: number[] = [];
  let last: Choice | null = null;
  let switchesLeft = options.maxSwitches ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const alive = gate.waiting.filter((call) => !crashed.includes(call.actor));
    if (alive.length === 0) break;
    const mayDie: string | null = last?.call?.isWrite && !ended.has(last.actor) ? last.actor : null;
    const canGoOn = alive.some((call) => call.actor === last?.actor);
    const isSwitch = (choice: Choice) => canGoOn && choice.call !== null && choice.actor !== last?.actor;
    const choices: Choice[] = choicesOf(alive, mayDie).filter((choice) => switchesLeft > 0 || !isSwitch(choice));
    const chosen = options.sample && chooseByChance(choices, options.sample, result);
    if (chosen === undefined && taken.length >= prefix.length) {
      const bound = options.maxSwitches === undefined ? null : [switchesLeft, last?.actor];
      const state = [await world.snapshot(), [...gate.seen].toSorted(), crashed, choices.map((c) => c.name), bound];
      const name = sha256(sameInEachRun(JSON.stringify(state)));
      if (visited.has(name)) return;
      visited.add(name);
      for (let other = 1; other < choices.length; other++) open.push([...taken, other]);
    }
    const choice: Choice | undefined = choices[chosen ?? prefix[taken.length] ?? 0];
    if (!choice) throw new Error("a run did not repeat itself");
    taken.push(chosen ?? prefix[taken.length] ?? 0);
    way.push(choice.name);
    if (isSwitch(choice)) switchesLeft--;
    last = choice;
    if (choice.call) {
      gate.waiting.splice(gate.waiting.indexOf(choice.call), 1);
      await choice.call.go();
    } else {
      crashed.push(choice.actor);
      result.crashes++;
    }
    await settleDown(gate);
    // What is repeated was checked when it was new.
    if (choice.call?.isWrite && taken.length >= prefix.length) await world.checkAlways();
  }
  gate.isOpen = true;
  await world.checkFinally([...crashed]);
}

/** The names of those who have ended appear in the answer as they end. */
function startActors(gate: Gate, world: World): Set<string> {
  gate.isOpen = false;
  const ended = new Set<string>();
  for (const actor of world.actors) {
    void actor
      .run()
      .catch(() => undefined)
      .finally(() => ended.add(actor.name));
  }
  return ended;
}

/** The next step of each caller that lives; and, right after a write, the death of whoever wrote. */
function choicesOf(alive: Waiting[], mayDie: string | null): Choice[] {
  const steps = alive.map((call): Choice => ({ name: `${call.actor}: ${call.what}`, actor: call.actor, call }));
  return mayDie === null ? steps : [...steps, { name: `crash ${mayDie}`, actor: mayDie, call: null }];
}

/** When half of the sample went by without a death, the next one that can be is taken. */
function chooseByChance(choices: readonly Choice[], sample: Sample, { runs, crashes }: Exploration): number {
  const death = choices.findIndex(({ call }) => call === null);
  if (death < 0) return sample.next(choices.length);
  if (crashes === 0 && runs > sample.ways / 2) return death;
  return sample.next(WRITES_FOR_A_DEATH) === 0 ? death : sample.next(choices.length - 1);
}

/** Lets through what may pass freely, until every caller stands at a gate that matters or has ended. */
async function settleDown(gate: Gate): Promise<void> {
  for (;;) {
    await quiet();
    const free = gate.waiting.findIndex((call) => call.what.startsWith(FREE) && !gate.crashed.includes(call.actor));
    if (free < 0) return;
    await Promise.all(gate.waiting.splice(free, 1).map((call) => call.go()));
  }
}

/** Resolves when every caller stands at a gate or has ended: between gates they only compute. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A file that is made again has another ETag and time; nothing else differs between runs. */
function sameInEachRun(json: string | undefined): string {
  return (json ?? "").replaceAll(/"(etag)":"[^"]*"|"(modifiedAt)":[0-9.]+/g, '"$1$2":0');
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
