// How long jobs like this one have usually taken.
import type { Job } from "dream-factory-client";

const FEWEST = 3;

/** From the first to the third quarter of the user's last ones of that model. Null: too few to say. */
export function usualOf({ provider, model, type }: Job, done: readonly Job[]): [number, number] | null {
  const times = done
    .filter((each) => each.provider === provider && each.model === model && each.type === type)
    .slice(0, 20)
    .map(({ createdAt, startedAt, completedAt }) => Date.parse(completedAt ?? "") - Date.parse(startedAt ?? createdAt))
    .filter((ms) => ms > 0)
    .toSorted((a, b) => a - b);
  if (times.length < FEWEST) return null;
  const at = (part: number) => times[Math.floor((times.length - 1) * part)] ?? 0;
  return [at(0.25), at(0.75)];
}
