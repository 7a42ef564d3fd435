// What a job was asked for gets its output: a project its scenes, a scene its take. A closing step of the job, so every write may be done again.
import type { JobDeps } from "../jobs/deps.ts";
import type { Applied, Job } from "../jobs/job.ts";
import { applyScreenplay } from "./apply-screenplay.ts";
import { addTake } from "./takes.ts";

type Deps = Pick<JobDeps, "table" | "store" | "clock" | "log">;

/** For a completed job that has a destination. Throws when table or store fail. */
export async function applyOutput(deps: Deps, job: Job): Promise<Applied> {
  const { applyTo, id: jobId, userId } = job;
  const [output] = job.outputs;
  if (!applyTo || !output) return "gone";
  if (applyTo.kind === "take") return addTake(deps, { userId, ...applyTo }, { jobId, output });
  const screenplay = await readOutput(deps, output.key);
  const { projectId, after } = applyTo;
  return applyScreenplay(deps, { userId, projectId, draft: jobId, after }, { screenplay, job });
}

async function readOutput({ store }: Deps, key: string): Promise<unknown> {
  const object = await store.get(key);
  if (!object) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}
