import * as z from "zod/mini";

/** A string of `min` to `max` characters, counted in Unicode code points; zod itself would count UTF-16 units. JSON Schema counts as we do. */
export function text({ min, max, trim = false, description }: TextOptions) {
  const count: z.core.CheckFn<string> = ({ value, issues }) => {
    const found = countCodePoints(value, max);
    if (found >= min && found <= max) return;
    const message = found < min ? tooShort(min) : `must have at most ${max} characters`;
    issues.push({ code: "custom", message, input: value, continue: false });
  };
  // All checks at once, and no copy for what is said of it: each copy of a schema costs every function that has it a part of its start.
  return z
    .string()
    .check(...(trim ? [z.trim()] : []), count)
    .register(z.globalRegistry, { minLength: min, maxLength: max, ...(description && { description }) });
}

interface TextOptions {
  min: number;
  max: number;
  /** Without the white space around it. */
  trim?: boolean;
  /** For the reference. */
  description?: string;
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
