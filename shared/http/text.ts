import * as z from "zod";

/** A string of `min` to `max` characters, counted in Unicode code points; zod itself would count UTF-16 units. JSON Schema counts as we do. */
export function text({ min, max, trim = false }: { min: number; max: number; trim?: boolean }) {
  const base = trim ? z.string().trim() : z.string();
  // One check and no copy for what is said of it: each copy of a schema costs every function that has it a part of its start.
  return base
    .check(({ value, issues }) => {
      const count = countCodePoints(value, max);
      if (count >= min && count <= max) return;
      const message = count < min ? tooShort(min) : `must have at most ${max} characters`;
      issues.push({ code: "custom", message, input: value, continue: false });
    })
    .register(z.globalRegistry, { minLength: min, maxLength: max });
}

/** Goes no further than it takes to know that there are more than `enough`. */
function countCodePoints(value: string, enough: number): number {
  let count = 0;
  for (const _ of value) {
    count += 1;
    if (count > enough) break;
  }
  return count;
}

function tooShort(min: number): string {
  return min === 1 ? "must not be empty" : `must have at least ${min} characters`;
}
