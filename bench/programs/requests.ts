// The whole product in this process, asked for pictures one after the other, and then left alone: what table and store are asked each time.
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { type Local, startLocal } from "../../shared/runtime/local/local.ts";
import { answering } from "../answering.ts";
import { type Place, startCloud } from "../requests/clouds.ts";
import { countPortCalls } from "../requests/port-calls.ts";
import type { Use } from "../requests/uses.ts";
import { call, registerUsers, type User } from "../users.ts";

export interface Requests {
  place: Place;
  /** Empty. */
  folder: string;
  /** So many are run before, and then so many are counted. */
  jobs: number;
}

/** What was asked of the ports, and what went over the wire: nothing, where there is none. */
export interface Asked {
  calls: Use[];
  wire: Use[];
}

export interface Requested {
  /** Of each job, from its creation until it is closed and nobody does anything any more. */
  jobs: Asked[];
  /** Of one question for a job that has ended. */
  poll: Asked;
  /** Of one run of each timer when nothing is due, by its name. */
  idle: { name: string; everySeconds: number; asked: Asked }[];
  /** Of the timer of jobs when it writes down what the time is: every five minutes. */
  withClock: Asked;
}

/** So long nothing was asked: then nobody does anything any more. */
const QUIET_MS = 400;
const CLOCK_JUMP_MS = 6 * 60_000;

answering(async ({ place, folder, jobs }: Requests): Promise<Requested> => {
  // The servers make folders of their own, and this process is killed at its end: they lie where everything is removed.
  process.env.TMPDIR = folder;
  const counter = createCounter();
  const { environment } = await startCloud[place]((use) => counter.hear("wire", use));
  const local = await startLocal(configOf(folder, environment), declarations);
  counter.watch(local);
  await counter.quiet();
  const port = Number(new URL(local.url).port);
  const [user] = await registerUsers(port, 1);
  if (!user) throw new Error("A user was wanted.");
  // Until the account is as long as it stays: its older lines are moved away from time to time.
  for (let n = 0; n < jobs; n++) await runJob(port, user, counter);
  await counter.quiet();
  const counted: Asked[] = [];
  for (let n = 0; n < jobs; n++) counted.push(await counter.during(() => runJob(port, user, counter)));
  const jobId = counter.lastClosed();
  const poll = await counter.during(() => call(port, { method: "GET", path: `/jobs/${jobId}`, token: user.token }));
  const idle = await idleOf(counter);
  return { jobs: counted, poll, idle, withClock: await ofClock(counter, local) };
});

function configOf(dataDir: string, environment: Record<string, string>) {
  const common = {
    PORT: "0",
    LOG_LEVEL: "warn",
    WELCOME_CREDITS: "1000",
    PRICES: '{"sketch":1}',
    TIMER_SECONDS: "3600",
  };
  return readConfig({ ...common, DATA_DIR: dataDir, ...environment });
}

async function runJob(port: number, user: User, counter: Counter): Promise<void> {
  const body = { prompt: "a lighthouse above a quiet sea", provider: "sketch", size: "512x512" };
  const closed = counter.nextClosed();
  await call(port, { method: "POST", path: "/ai/generate-image", token: user.token, body });
  await closed;
}

async function idleOf(counter: Counter): Promise<Requested["idle"]> {
  const idle: Requested["idle"] = [];
  for (const { name, trigger, load } of declarations) {
    if (trigger.type !== "timer") continue;
    const handler = (await load()).handler as (context: { signal: AbortSignal }) => Promise<void>;
    const asked = await counter.during(() => handler({ signal: new AbortController().signal }));
    idle.push({ name, everySeconds: trigger.everySeconds, asked });
  }
  return idle;
}

/** Everybody holds the same clock. */
async function ofClock(counter: Counter, { runtime }: Local): Promise<Asked> {
  const pollTasks = await import("../../functions/timer/poll-tasks.ts");
  const { now } = runtime.clock;
  Object.assign(runtime.clock, { now: () => now() + CLOCK_JUMP_MS });
  try {
    return await counter.during(() => pollTasks.handler({ signal: new AbortController().signal }));
  } finally {
    Object.assign(runtime.clock, { now });
  }
}

type Counter = ReturnType<typeof createCounter>;

function createCounter() {
  let asked: Asked = { calls: [], wire: [] };
  let lastAt = performance.now();
  let underWay = () => 0;
  let closed = Promise.withResolvers<void>();
  let lastClosed = "";

  function hear(list: keyof Asked, use: Use): void {
    asked[list].push(use);
    lastAt = performance.now();
  }

  async function quiet(): Promise<void> {
    while (underWay() > 0 || performance.now() - lastAt < QUIET_MS) await new Promise((done) => setTimeout(done, 20));
  }

  return {
    hear,
    quiet,
    lastClosed: () => lastClosed,
    watch({ runtime }: Local) {
      underWay = countPortCalls(runtime.table, runtime.store, {
        hear: (use) => hear("calls", use),
        wrote({ sort, data }) {
          if (data.phase !== "closed") return;
          lastClosed = sort.slice("job#".length);
          closed.resolve();
        },
      });
    },
    nextClosed() {
      closed = Promise.withResolvers();
      return closed.promise;
    },
    async during(act: () => Promise<unknown>): Promise<Asked> {
      asked = { calls: [], wire: [] };
      lastAt = performance.now();
      await act();
      await quiet();
      return asked;
    },
  };
}
