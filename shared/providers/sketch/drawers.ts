// Threads that draw, so that who answers requests does not: started when there is something to draw, one for each processor at most, ended when
// there was nothing for a while. One that dies takes nothing with it: its picture is drawn once more by another one, and then it has failed.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Asked, Drawn } from "./drawing-thread.ts";
import type { Plan } from "./page.ts";
import { loadSharp } from "./sharp.ts";

export interface Drawers {
  /**
   * A whole PNG of a plan without an input, the same as `drawImage` makes. Once the signal aborts, rejects with its reason as soon as the drawing
   * has ended: at its next step, or with its thread. Rejects with an Error when it could not be drawn, or two threads died of it.
   */
  draw(plan: Plan, signal: AbortSignal): Promise<Uint8Array>;
  /** Ends all threads, and with them what they draw. */
  close(): Promise<void>;
}

export interface DrawersOptions {
  /** Threads at the same time; by default as many as there are processors. */
  most?: number;
  /** How long one stays that has nothing to do. */
  restMs?: number;
  /** How long a drawing that nobody wants any more may take to its next step. */
  stopMs?: number;
  /** What the threads run. */
  script?: URL;
}

interface Drawing {
  plan: Plan;
  signal: AbortSignal;
  /** Threads that have died of it. */
  deaths: number;
  resolve(png: Uint8Array): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  number: number;
  drawing: Drawing | null;
  /** Ends it: when it has rested long enough, or does not stop. */
  timer: NodeJS.Timeout | undefined;
}

const MOST_DEATHS = 2;

export function createDrawers(options: DrawersOptions = {}): Drawers {
  const { most = availableParallelism(), restMs = 30_000, stopMs = 5000 } = options;
  const { script = new URL("./drawing-thread.ts", import.meta.url) } = options;
  const threads = new Set<Thread>();
  const waiting: Drawing[] = [];
  let isClosed = false;

  function serve(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const thread = [...threads].find(({ drawing }) => drawing === null) ?? (threads.size < most ? start() : null);
      if (!thread) return;
      waiting.shift();
      give(thread, next);
    }
  }

  function start(): Thread {
    const worker = new Worker(script);
    const thread: Thread = { worker, number: 0, drawing: null, timer: undefined };
    let cause: unknown;
    threads.add(thread);
    worker.on("message", (drawn: Drawn) => took(thread, drawn));
    worker.on("error", (error) => {
      cause = error;
    });
    worker.once("exit", () => died(thread, cause));
    return thread;
  }

  function give(thread: Thread, drawing: Drawing): void {
    clearTimeout(thread.timer);
    thread.drawing = drawing;
    thread.number += 1;
    const { picture: _, ...plan } = drawing.plan;
    thread.worker.ref();
    thread.worker.postMessage({ number: thread.number, plan } satisfies Asked);
  }

  function took(thread: Thread, drawn: Drawn): void {
    const { drawing } = thread;
    clearTimeout(thread.timer);
    thread.drawing = null;
    thread.worker.unref();
    thread.timer = setTimeout(() => end(thread), restMs).unref();
    if (drawing?.signal.aborted) drawing.reject(drawing.signal.reason);
    else if ("png" in drawn) drawing?.resolve(drawn.png);
    // What a thread says that is being ended is about its end.
    else drawing?.reject(isClosed ? new Error("Nothing is drawn any more.") : drawn.error);
    serve();
  }

  function died(thread: Thread, cause: unknown): void {
    const { drawing } = thread;
    clearTimeout(thread.timer);
    threads.delete(thread);
    if (drawing) again(drawing, cause);
    serve();
  }

  function again(drawing: Drawing, cause: unknown): void {
    drawing.deaths += 1;
    if (drawing.signal.aborted) drawing.reject(drawing.signal.reason);
    else if (isClosed || drawing.deaths === MOST_DEATHS) drawing.reject(new Error("What draws has died.", { cause }));
    else waiting.unshift(drawing);
  }

  /** What it draws goes with it. */
  function end({ worker }: Thread): void {
    void worker.terminate();
  }

  function giveUp(drawing: Drawing): void {
    const at = waiting.indexOf(drawing);
    if (at !== -1) {
      waiting.splice(at, 1);
      drawing.reject(drawing.signal.reason);
    }
    for (const thread of threads) {
      if (thread.drawing !== drawing) continue;
      thread.worker.postMessage({ stop: thread.number } satisfies Asked);
      thread.timer = setTimeout(() => end(thread), stopMs).unref();
    }
  }

  return {
    async draw(plan, signal) {
      // Before any thread has it: what a thread alone has loaded is gone with it, while libvips' own threads still run.
      await loadSharp();
      signal.throwIfAborted();
      if (isClosed) throw new Error("Nothing is drawn any more.");
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      const drawing: Drawing = { plan, signal, deaths: 0, resolve, reject };
      const leave = () => giveUp(drawing);
      signal.addEventListener("abort", leave, { once: true });
      waiting.push(drawing);
      serve();
      return await promise.finally(() => signal.removeEventListener("abort", leave));
    },

    async close() {
      isClosed = true;
      for (const drawing of waiting.splice(0)) drawing.reject(new Error("Nothing is drawn any more."));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
