// Notes for the operator: attempts that a provider may have taken without our ever knowing, so that they may cost something. Written while
// the job is closed, from what stands on the job: whoever dies before leaves it to the next one, and no note is false.
import type { Clock } from "../../ports/clock.ts";
import type { Item, ItemKey, Table } from "../../ports/table.ts";
import type { Job } from "../job.ts";
import { providerIdOf } from "./first-provider.ts";

export interface UncertainNote {
  reference: string;
  provider: string;
  jobId: string;
  userId: string;
  /** Epoch milliseconds: when the job ended; when the operator was done with it. */
  at: number;
  doneAt: number | null;
}

const partition = "uncertain";
const PAGE = 1000;

/** Repeating it is safe, also when the operator has been done with a note since. */
export async function noteUncertain(
  { table }: { table: Table },
  job: Job,
  references: readonly string[],
): Promise<void> {
  for (const reference of references) {
    const note: UncertainNote = {
      reference,
      provider: providerIdOf(job, reference),
      jobId: job.id,
      userId: job.userId,
      at: job.completedAt ?? job.updatedAt,
      doneAt: null,
    };
    await table.put({ ...noteKey(reference), data: { ...note } }, "absent");
  }
}

/** The attempt's task has become known after all. */
export async function withdrawNote({ table }: { table: Table }, reference: string): Promise<void> {
  const item = await table.get(noteKey(reference));
  if (item) await table.delete(item, { version: item.version });
}

/** Oldest first, as references begin with the time. Those that the operator is done with are left out. */
export async function* uncertainNotes(table: Table): AsyncGenerator<UncertainNote> {
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ partition, prefix: "", order: "ascending", limit: PAGE, after });
    for (const item of page.items) {
      const note = noteOf(item);
      if (note.doneAt === null) yield note;
      after = item.sort;
    }
    isLast = page.isLast;
  }
}

/** The operator has looked at it. It stays, marked: a job may be closed more than once. Null when there is none. */
export async function finishNote(
  { table, clock }: { table: Table; clock: Clock },
  reference: string,
): Promise<UncertainNote | null> {
  for (;;) {
    const item = await table.get(noteKey(reference));
    if (!item) return null;
    const note = noteOf(item);
    if (note.doneAt !== null) return note;
    const done = { ...note, doneAt: clock.now() };
    if ((await table.put({ ...noteKey(reference), data: { ...done } }, { version: item.version })) !== null)
      return done;
  }
}

function noteKey(reference: string): ItemKey {
  return { partition, sort: reference };
}

function noteOf({ data }: Item): UncertainNote {
  return data as unknown as UncertainNote;
}
