// A job that a production has made is not cancelled, tried again or deleted by itself.
import { AppError } from "../../errors/app-error.ts";
import type { Job } from "../job.ts";

/** Throws `conflict` that names the production. `instead`: what to do, with `{id}` for its id. */
export function refuseNode({ production }: Job, instead: string): void {
  if (!production) return;
  throw new AppError("conflict", {
    message: `The job belongs to production ${production.id}. ${instead.replace("{id}", production.id)}`,
  });
}
