// Every user's account, ledger lines and jobs over the Table port, for npm run check-ledger and npm run margin with a table in a cloud.
import type { Config } from "../shared/config/config.ts";
import type { Account, LedgerLine } from "../shared/credits/account.ts";
import { type Order, orderPrefix } from "../shared/credits/orders/order.ts";
import { type Job, nodeJobPrefix } from "../shared/jobs/job.ts";
import type { Table } from "../shared/ports/table.ts";
import { type Production, productionPrefix } from "../shared/productions/production.ts";
import { openTable, partitionsOf } from "../shared/runtime/adapters/table.ts";
import type { Upload } from "../shared/uploads/upload.ts";

export interface FoundLedger {
  partition: string;
  /** Null: there are other items of that user, but no account. */
  account: Account | null;
  olderLines: LedgerLine[];
  jobs: Job[];
  uploads: Upload[];
  orders: Order[];
  productions: Production[];
  nodeJobs: Job[];
}

export async function* cloudLedgers(config: Pick<Config, "dataDir" | "table">): AsyncGenerator<FoundLedger> {
  const table = await openTable(config);
  try {
    for await (const partition of partitionsOf(config, "user#")) yield await readLedger(table, partition);
  } finally {
    await table.close();
  }
}

const MAX_READINGS = 10;

/** Nothing reads several items at one moment: read again until no money moved meanwhile. */
export async function readLedger(table: Table, partition: string): Promise<FoundLedger> {
  for (let reading = 1; ; reading++) {
    const before = await table.get({ partition, sort: "account" });
    const jobs = await items<Job>(table, partition, "job#");
    const olderLines = (await items<{ lines: LedgerLine[] }>(table, partition, "ledger#")).flatMap(
      ({ lines }) => lines,
    );
    const uploads = await items<Upload>(table, partition, "upload#");
    const orders = await items<Order>(table, partition, orderPrefix);
    const { productions, nodeJobs, isOneMoment: isStill } = await readProductions(table, partition);
    const after = await table.get({ partition, sort: "account" });
    const account = after ? (after.data as unknown as Account) : null;
    const isOneMoment = after?.version === before?.version && isStill;
    const found = { partition, account, olderLines, jobs, uploads, orders, productions, nodeJobs };
    if (isOneMoment || reading === MAX_READINGS) return found;
  }
}

/** Nodes are paid out of their production, not out of the account. */
async function readProductions(table: Table, partition: string) {
  const [before, nodeJobs, after] = [
    await items<Production>(table, partition, productionPrefix),
    await items<Job>(table, partition, nodeJobPrefix),
    await items<Production>(table, partition, productionPrefix),
  ];
  const moneyOf = (all: readonly Production[]) =>
    JSON.stringify(
      all.map(({ id, round, state, spent, admitted, markers }) => [id, round, state, spent, admitted, markers]),
    );
  return { productions: after, nodeJobs, isOneMoment: moneyOf(before) === moneyOf(after) };
}

async function items<T>(table: Table, partition: string, prefix: string): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await table.query({ partition, prefix, order: "ascending", limit: 100, after });
    found.push(...page.items.map(({ data }) => data as T));
    after = page.items.at(-1)?.sort;
    if (page.isLast) return found;
  }
}
