// Lists partitions in Tablestore: what no function needs, but an operator's check of everything does.
import TableStore, { type KeyColumn, type Operations } from "tablestore";
import { createAttempts } from "../attempts.ts";
import { behindPrefix } from "../sort-range.ts";
import { explainTablestoreError, judgeTablestoreError } from "./errors.ts";
import { columns } from "./schema.ts";
import { createSender, type TablestoreOptions } from "./sender.ts";

const { Direction, INF_MAX, INF_MIN } = TableStore;

/** The partitions whose names begin with `prefix` (not empty), in order; one request each. */
export async function* listTablestorePartitions(options: TablestoreOptions, prefix: string): AsyncGenerator<string> {
  const { send, close } = createSender(options);
  const attempt = createAttempts(judgeTablestoreError, options.attempts);
  const end = keyOf(behindPrefix(prefix) ?? INF_MAX, INF_MIN);
  try {
    let start: KeyColumn[] | null = keyOf(prefix, INF_MIN);
    while (start) {
      const request = requestFrom(options.tableName, start, end);
      const { rows, nextStartPrimaryKey }: Answer = (await attempt(() => send("getRange", request))).answer;
      const partition = rows[0]?.primaryKey?.[0]?.value;
      if (partition !== undefined) yield String(partition);
      // Behind all of its rows; or, of an empty page, where the server says.
      if (partition !== undefined) start = keyOf(String(partition), INF_MAX);
      else start = nextStartPrimaryKey?.map(({ name, value }) => ({ [name]: value })) ?? null;
    }
  } catch (error) {
    throw explainTablestoreError(error);
  } finally {
    close();
  }
}

type Answer = Operations["getRange"]["answer"];

function requestFrom(tableName: string, from: KeyColumn[], to: KeyColumn[]): Operations["getRange"]["params"] {
  const range = { inclusiveStartPrimaryKey: from, exclusiveEndPrimaryKey: to, direction: Direction.FORWARD };
  return { tableName, ...range, maxVersions: 1, limit: 1 };
}

function keyOf(partition: KeyColumn[string], sort: KeyColumn[string]): KeyColumn[] {
  return [{ [columns.partition]: partition }, { [columns.sort]: sort }];
}
