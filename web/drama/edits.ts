// What is typed into a screenplay before it is saved. It outlives a reload; what somebody else has saved meanwhile does not overwrite it.
import { createOwn, useStored } from "../api/stored.ts";

type Edits = Readonly<Record<string, unknown>>;

const edits = createOwn<Edits>("edits", {}, (found) =>
  typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Edits) : null,
);

/** Null: nothing was typed. */
export function useEdit<Value>(key: string): [Value | null, (value: Value | null) => void] {
  const value = (useStored(edits)[key] as Value | undefined) ?? null;
  const set = (next: Value | null) => {
    const { [key]: _, ...others } = edits.get();
    edits.set(next === null ? others : { ...others, [key]: next });
  };
  return [value, set];
}

/** What was typed into a drama that is gone. */
export function forgetEdits(projectId: string): void {
  edits.set(Object.fromEntries(Object.entries(edits.get()).filter(([key]) => !key.startsWith(`${projectId}/`))));
}
