// Processes beside this one: programs of the bench that are asked and answer, and whatever must not outlive it.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { cpuSeconds, residentMemory } from "./proc.ts";

export interface Program<Question, Answer> {
  /** One question at a time. Throws what the program threw, or that it has ended. */
  ask(question: Question): Promise<Answer>;
  /** Processor time that it has taken so far. */
  cpuSeconds(): number;
  /** What it has now, in bytes. */
  memory(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An answer as it goes from one process to the other. */
export type Reply<Answer> = { answer: Answer } | { error: string };

const running = new Set<ChildProcess>();

/** Starts `programs/{name}.ts` in a process of its own. `nodeArguments`: those of its Node. */
export function startProgram<Question extends object, Answer>(
  name: string,
  nodeArguments: readonly string[] = [],
): Program<Question, Answer> {
  const path = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const child = watched(fork(path, { execPath: process.execPath, execArgv: [...nodeArguments], env: {} }));
  return {
    async ask(question) {
      const over = new AbortController();
      child.send(question);
      try {
        const ended = once(child, "exit", { signal: over.signal }).then(() => ({ error: "it has ended" }));
        const answered = once(child, "message", { signal: over.signal }).then(([reply]) => reply as Reply<Answer>);
        const reply = await Promise.race([answered, ended]);
        if ("error" in reply) throw new Error(`${name}: ${reply.error}`);
        return reply.answer;
      } finally {
        over.abort();
      }
    },
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    memory: () => residentMemory(child.pid ?? 0),
    [Symbol.asyncDispose]: () => stop(child, "SIGKILL"),
  };
}

/** Has the process killed at the end of this one, however that comes. */
export function watched(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends the process and waits until it is gone. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!running.has(child)) return;
  child.kill(signal);
  await once(child, "exit");
}

/** At once; for the very end. */
export function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}
