// Lists partitions in Tablestore: what no function needs, but an operator's check of everything does.
import { createAttempts } from "../attempts.ts";
import { behindPrefix } from "../sort-range.ts";
import { createTablestoreClient, type TablestoreOptions } from "./client.ts";
import { explainTablestoreError, judgeTablestoreError } from "./errors.ts";
import { getRange, type Key, rangeOf } from "./messages.ts";
import { INF_MAX, INF_MIN, type KeyValue } from "./plain-buffer.ts";
import { columns } from "./schema.ts";

/** The partitions whose names begin with `prefix` (not empty), in order; one request each. */
export async function* listTablestorePartitions(options: TablestoreOptions, prefix: string): AsyncGenerator<string> {
  const { send, close } = createTablestoreClient(options);
  const attempt = createAttempts(judgeTablestoreError, options.attempts);
  const end = keyOf(behindPrefix(prefix) ?? INF_MAX, INF_MIN);
  try {
    let from: Key | null = keyOf(prefix, INF_MIN);
    while (from) {
      const message = getRange(options.tableName, { isBackward: false, from, to: end, limit: 1 });
      const { rows, next } = (await attempt(() => send("GetRange", message, rangeOf))).answer;
      const partition = rows[0]?.get(columns.partition);
      if (partition !== undefined) yield String(partition);
      // Behind all of its rows; or, of an empty page, where the server says.
      from = partition === undefined ? next : keyOf(String(partition), INF_MAX);
    }
  } catch (error) {
    throw explainTablestoreError(error);
  } finally {
    close();
  }
}

function keyOf(partition: KeyValue, sort: KeyValue): Key {
  return [
    [columns.partition, partition],
    [columns.sort, sort],
  ];
}
