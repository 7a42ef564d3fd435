// Jobs whose owners have died, in every stage of their life.

import type { JobDeps } from "../../shared/jobs/deps.ts";
import type { Job, JobKey } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { never, type ProcessOptions, type World } from "../jobs/fixture.ts";
import { type Call, dying, jobPut } from "../jobs/intercept.ts";
import { delivered, failing, started } from "../jobs/outcomes.ts";
import type { Script } from "../jobs/scripted-provider.ts";

type Death = (call: Call) => "after" | null;

export interface Stage {
  name: string;
  script: Script;
  /** At which call its owner dies; null for one that lives and has nothing to do for now. Absent: nobody has run the job yet. */
  death?: Death | null;
  /** How its outcome was decided by then. */
  outcome?: "completed";
}

const working: Script = { start: () => started("T1", 1000), check: () => delivered(1) };

export const stages: readonly Stage[] = [
  { name: "queued", script: working },
  { name: "submitting", script: working, death: onceIn("submitting") },
  { name: "waiting", script: { ...working, start: () => started("T1", 240_000) }, death: null },
  { name: "waiting for its next attempt", script: { start: (n) => (n === 0 ? failing() : delivered(1)) }, death: null },
  { name: "transferring", script: working, death: onceIn("transferring") },
  { name: "storing", script: working, death: onceIn("storing") },
  { name: "ended and not settled", script: working, death: onceIn("ended"), outcome: "completed" },
  { name: "settled and not closed", script: working, death: onceIn("closing"), outcome: "completed" },
];

function onceIn(phase: Job["phase"]): Death {
  return (call) => (jobPut(call)?.phase === phase ? "after" : null);
}

/** Runs the job, as it falls due, until its owner dies or has nothing to do. */
export async function bringTo(w: World, stage: Stage, key: JobKey, options: ProcessOptions): Promise<void> {
  const { death } = stage;
  if (death === undefined) return;
  const dead = dying((call) => death?.(call) ?? null);
  const around: ProcessOptions["around"] = (call, act) =>
    options.around ? options.around(call, () => dead.around(call, act)) : dead.around(call, act);
  const owner: JobDeps = w.process({ ...options, around });
  const run = () => advance(owner, key, { by: "run-job", signal: never }).catch(() => null);
  await run();
  while (death !== null && !dead.isDead()) {
    w.clock.pass(1000);
    await run();
  }
}
