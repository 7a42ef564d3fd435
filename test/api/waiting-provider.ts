// A provider that works on every task until the test lets it finish.
import type { CheckOutcome } from "../../shared/ports/provider.ts";
import { type ScriptedProvider, scriptedProvider, succeeded } from "../jobs/scripted-provider.ts";

export interface WaitingProvider {
  provider: ScriptedProvider;
  /** From now on every task has this outcome; without one it goes well. */
  finish(outcome?: CheckOutcome): void;
  /** From now on tasks are worked on again. */
  resume(): void;
}

/** `checkAfterMs`: how often a job asks it; more often than every 250 ms nobody does. */
export function waitingProvider({ checkAfterMs = 250 } = {}): WaitingProvider {
  let outcome: CheckOutcome | null = null;
  const provider = scriptedProvider({
    start: (count) => ({ state: "started", task: { id: `task-${count}` }, checkAfterMs }),
    check: () => outcome ?? { state: "running", checkAfterMs, progress: 40 },
  });
  return {
    provider,
    finish: (wanted = succeeded) => {
      outcome = wanted;
    },
    resume: () => {
      outcome = null;
    },
  };
}
