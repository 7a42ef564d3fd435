// Conditional writes whose answers may get lost: a write that was done is never reported as somebody else's.
import { AppError } from "../errors/app-error.ts";
import type { Condition, ItemKey } from "../ports/table.ts";
import type { Attempts } from "./attempts.ts";
import type { Row, Wire } from "./remote-table.ts";

export interface ConditionalWrites {
  /** False when the condition does not hold. Throws `unavailable` when nobody can tell whether it was done. */
  put(partition: string, row: Row, condition: Condition): Promise<boolean>;
  remove(key: ItemKey, version: number): Promise<boolean>;
}

export function createConditionalWrites<Cursor>(wire: Wire<Cursor>, attempt: Attempts): ConditionalWrites {
  return {
    /**
     * A repeated write fails its own condition if the lost one was done. The row says who wrote it: ours, then it was done;
     * another's with the version that ours would have, then it was not, because a version is only ever written once; else it
     * may have been done and replaced since.
     */
    async put(partition, row, condition) {
      const { answer, mayBeRepeated } = await attempt((mayBeRepeated) =>
        wire.write(partition, row, condition, mayBeRepeated),
      );
      if (answer.isTaken) return true;
      if (!mayBeRepeated) return false;
      const found = answer.found ?? (await attempt(() => wire.read({ partition, sort: row.sort }))).answer;
      if (found?.write === row.write) return true;
      if (found?.version === row.version) return false;
      throw unknownOutcome("written");
    },

    /**
     * Reads first, so as to name the very row: were the version all that it demands, a repeated deletion could hit a new item,
     * made since the lost one was done. A row that is gone leaves no trace of who deleted it.
     */
    async remove(key, version) {
      const { answer: found } = await attempt(() => wire.read(key));
      if (found?.version !== version) return false;
      const { answer, mayBeRepeated } = await attempt(() => wire.remove(key, { version, write: found.write }));
      if (!answer && mayBeRepeated) throw unknownOutcome("deleted");
      return answer;
    },
  };
}

function unknownOutcome(what: "written" | "deleted"): AppError {
  const cause = new Error(`An answer of the table was lost, and the item changed since: it may have been ${what}.`);
  return new AppError("unavailable", { retryAfterMs: 1000, cause });
}
