// Several writes that are taken all or none, inside the transaction of their group: a savepoint around them.
import type { DatabaseSync } from "node:sqlite";
import type { WrittenTogether } from "../ports/table.ts";

/** Writes one item. Null: its condition does not hold, and nothing was written. */
export type PutOne = () => number | null;

/** Answers what takes them. When one is refused or throws, those before it are taken back; the group's others are not touched. */
export function createTogether(db: DatabaseSync): (puts: readonly PutOne[]) => WrittenTogether {
  const savepoint = db.prepare("SAVEPOINT together");
  const release = db.prepare("RELEASE together");
  const rollbackTo = db.prepare("ROLLBACK TO together");

  function takeBack(): void {
    // SQLite may have given up the whole transaction by itself: then the group has failed, and is told so.
    if (!db.isTransaction) return;
    try {
      rollbackTo.run();
      release.run();
    } catch (error) {
      // Half of them must not be committed with the others.
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }

  return (puts) => {
    savepoint.run();
    const versions: number[] = [];
    try {
      for (const put of puts) {
        const version = put();
        if (version === null) {
          takeBack();
          return { refused: versions.length };
        }
        versions.push(version);
      }
    } catch (error) {
      takeBack();
      throw error;
    }
    release.run();
    return { versions };
  };
}
