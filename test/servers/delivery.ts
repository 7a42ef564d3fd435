// Events on their way to a function, as both clouds deliver them: at least once, tried again a few times, then put aside. And, as tests
// want it: twice, late, held back, or not at all.
import { setTimeout as pause } from "node:timers/promises";

/** `throttled`: the function had no instance for it; that spends no attempt. */
export type DeliveryResult = "done" | "failed" | "throttled";

/** `held`: until `release`. */
export type Disturbance = "twice" | "lost" | "held" | { lateMs: number };

export interface DeliveryOptions {
  /** Attempts after the first. */
  retries: number;
  /** Before the first retry, the second and so on; the last goes on. The clouds wait minutes. */
  delaysMs: readonly number[];
}

export interface Deliveries<Event> {
  /** Resolves when nothing more becomes of the event: it was taken, put aside or lost, or everything was stopped. Never rejects. */
  send(event: Event): Promise<void>;
  /** Of the next events, so many; default one. */
  disturb(how: Disturbance, times?: number): void;
  /** Asked for every event that `disturb` leaves alone. */
  disturbBy(choose: (event: Event) => Disturbance | null): void;
  /** Sends what is held back. */
  release(): void;
  held(): Event[];
  lost: readonly Event[];
  /** Events that failed each time. */
  deadLetters: readonly Event[];
  /** Every attempt so far, in the order in which they ended. */
  attempts: readonly { event: Event; result: DeliveryResult }[];
  /** Resolves when nothing is under way. What is held back is not. */
  settled(): Promise<void>;
  /** Nothing is attempted from now on; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

type Attempt<Event> = (event: Event) => Promise<DeliveryResult>;

export function createDeliveries<Event>(attempt: Attempt<Event>, options: DeliveryOptions): Deliveries<Event> {
  const stopping = new AbortController();
  const planned: Disturbance[] = [];
  const underWay = new Set<Promise<void>>();
  const waiting: { event: Event; go: () => void }[] = [];
  const [lost, deadLetters, attempts] = [[], [], []] as [Event[], Event[], AttemptOf<Event>[]];
  let choose: (event: Event) => Disturbance | null = () => null;

  async function attemptAll(event: Event): Promise<void> {
    for (let spent = 0; !stopping.signal.aborted; ) {
      const result = await attempt(event);
      attempts.push({ event, result });
      if (result === "done") return;
      if (result === "failed" && spent++ === options.retries) return void deadLetters.push(event);
      await wait(options.delaysMs[Math.max(spent - 1, 0)] ?? options.delaysMs.at(-1) ?? 0);
    }
  }

  async function wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: stopping.signal }).catch(() => {});
  }

  async function send(event: Event): Promise<void> {
    const how = planned.shift() ?? choose(event);
    if (how === "lost") return void lost.push(event);
    if (how === "held")
      return new Promise((resolve) => waiting.push({ event, go: () => deliver(event).then(resolve) }));
    if (how === "twice") await Promise.all([deliver(event), deliver(event)]);
    else await deliver(event, how?.lateMs);
  }

  function deliver(event: Event, lateMs = 0): Promise<void> {
    const work = (lateMs > 0 ? wait(lateMs) : Promise.resolve()).then(() => attemptAll(event));
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  }

  function release(): void {
    for (const { go } of waiting.splice(0)) go();
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    ...{ lost, deadLetters, attempts, send, release, settled },
    held: () => waiting.map(({ event }) => event),
    disturb: (how, times = 1) => void planned.push(...Array<Disturbance>(times).fill(how)),
    disturbBy(chosen) {
      choose = chosen;
    },
    async stop() {
      stopping.abort();
      release();
      await settled();
    },
  };
}

interface AttemptOf<Event> {
  event: Event;
  result: DeliveryResult;
}
