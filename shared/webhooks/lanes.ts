// Who may send at the same time in one process. Each host and each owner has a lane of its own: one that is jammed keeps nobody else waiting.
import { MAX_IN_FLIGHT } from "./hosts.ts";

export interface Task {
  /** Of two tasks with one name only the first is done. */
  name: string;
  host: string;
  owner: string;
  /** Must not throw. The signal aborts when the process has to end. */
  act(signal: AbortSignal): Promise<void>;
}

export interface Lanes {
  /** Resolves when the task is done, or will never be: the lanes are closed. */
  run(task: Task): Promise<void>;
  /** Aborts what is under way, forgets what waits, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** In one process: each costs a socket and a body of some 10 KB. */
const MAX_TOGETHER = 256;
/** One owner with many dead hosts leaves room for the others. */
const MAX_OF_ONE_OWNER = 32;

export function createLanes(): Lanes {
  const waiting = new Map<string, { task: Task; begin(): void }>();
  const all = new Map<string, Promise<void>>();
  const running = { together: 0, ofHost: new Map<string, number>(), ofOwner: new Map<string, number>() };
  const stop = new AbortController();

  function hasRoom({ host, owner }: Task): boolean {
    const isHostFree = (running.ofHost.get(host) ?? 0) < MAX_IN_FLIGHT;
    return isHostFree && (running.ofOwner.get(owner) ?? 0) < MAX_OF_ONE_OWNER && running.together < MAX_TOGETHER;
  }

  function count({ host, owner }: Task, change: 1 | -1): void {
    running.together += change;
    add(running.ofHost, host, change);
    add(running.ofOwner, owner, change);
  }

  /** Those who wait all lack room: it is looked for only when somebody has left. */
  function beginNext(): void {
    for (const [name, { task, begin }] of waiting) {
      if (running.together >= MAX_TOGETHER) return;
      if (!hasRoom(task)) continue;
      waiting.delete(name);
      count(task, 1);
      begin();
    }
  }

  function takeTurn(task: Task): Promise<void> {
    if (!hasRoom(task)) return new Promise((begin) => waiting.set(task.name, { task, begin }));
    count(task, 1);
    return Promise.resolve();
  }

  async function perform(task: Task): Promise<void> {
    await takeTurn(task);
    try {
      if (!stop.signal.aborted) await task.act(stop.signal);
    } finally {
      count(task, -1);
      all.delete(task.name);
      beginNext();
    }
  }

  return {
    async run(task) {
      if (stop.signal.aborted) return;
      const done = all.get(task.name) ?? perform(task);
      all.set(task.name, done);
      await done;
    },
    async close() {
      stop.abort();
      for (const { task, begin } of waiting.values()) {
        count(task, 1);
        begin();
      }
      waiting.clear();
      await Promise.allSettled(all.values());
    },
  };
}

function add(counts: Map<string, number>, name: string, change: number): void {
  const next = (counts.get(name) ?? 0) + change;
  if (next === 0) counts.delete(name);
  else counts.set(name, next);
}
