// npm run check-ledger [-- --json]: rebuilds every user's credits from the ledger and the jobs, and says where they differ.
// Exit code 0: all adds up; 1: it does not, one line for each difference; 2: the table cannot be read.
//
// It reads, and never writes; the server may go on meanwhile. The embedded table's file is read directly: each user in one transaction,
// which sees one moment. In a cloud a user is read again when money moved meanwhile.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { Account } from "../shared/credits/account.ts";
import { checkLedger, type UserLedger } from "../shared/jobs/money/check-ledger.ts";
import { isStrangeUser } from "../shared/jobs/timers/strange-ids.ts";
import {
  bytesOfProductions,
  checkProductions,
  type ProductionLedger,
} from "../shared/productions/money/check-productions.ts";
import { cloudLedgers } from "./cloud-ledgers.ts";
import { fileLedgers } from "./file-ledgers.ts";
import { answerHelp } from "./help.ts";
import { say } from "./subcommands.ts";
import { ofTheTable } from "./table-settings.ts";

answerHelp(
  "Rebuilds every user's credits from the ledger and the jobs, and says where they differ. It never writes.",
  "  npm run check-ledger [-- --json]",
  "Exit code 0: all adds up; 1: it does not, one line for each difference; 2: the table cannot be read.",
);

try {
  const { json: isJson } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
  const { dataDir, table } = readConfig(ofTheTable(processEnvironment()));
  const isFile = table.provider === "sqlite";
  const users = isFile ? usersOfFile(join(dataDir, "table.sqlite")) : usersInCloud({ dataDir, table });
  process.exitCode = (await checkUsers(users, isJson)) === 0 ? 0 : 1;
} catch (error) {
  console.error(`The ledger cannot be checked. ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}

interface CheckedUser {
  partition: string;
  account: Account | null;
  differences: string[];
}

/** Prints what it finds and answers how many differences that are. */
async function checkUsers(users: Iterable<CheckedUser> | AsyncIterable<CheckedUser>, isJson: boolean): Promise<number> {
  const all: { partition: string; difference: string }[] = [];
  const counts = { users: 0, jobs: 0, lines: 0, differences: 0 };
  for await (const { partition, account, differences: found } of users) {
    const differences = isStrangeUser(partition) ? ["its id is no UUIDv7: nobody can log in to it", ...found] : found;
    for (const difference of differences) {
      if (isJson) all.push({ partition, difference });
      else console.log(`${partition}: ${difference}`);
    }
    counts.users += 1;
    counts.jobs += account?.jobs ?? 0;
    counts.lines += account ? account.nextLine - 1 : 0;
    counts.differences += differences.length;
  }
  const { users: checked, jobs, lines, differences } = counts;
  const what = [counted(checked, "user"), counted(jobs, "job"), counted(lines, "ledger line")].join(", ");
  if (isJson) say(true, [], { ...counts, differences: all });
  else if (differences === 0) console.log(`${what}: everything adds up.`);
  else console.error(`${what}: ${counted(differences, "difference")}.`);
  return differences;
}

async function* usersInCloud(config: Pick<Config, "dataDir" | "table">): AsyncGenerator<CheckedUser> {
  for await (const { partition, ...ledger } of cloudLedgers(config)) {
    yield { partition, account: ledger.account, differences: differencesOf(ledger) };
  }
}

function usersOfFile(path: string): Iterable<CheckedUser> {
  return fileLedgers(path, ({ partition, ...ledger }) => ({
    partition,
    account: ledger.account,
    differences: differencesOf(ledger),
  }));
}

type FoundLedger = Omit<UserLedger, "account"> &
  Pick<ProductionLedger, "productions" | "nodeJobs"> & { account: Account | null };

/** Jobs and uploads are gone through at most once. */
function differencesOf({ account, olderLines, jobs, uploads, orders, productions, nodeJobs }: FoundLedger): string[] {
  if (account) {
    const now = Date.now();
    const extraBytes = bytesOfProductions(account, productions);
    const lines = [...olderLines, ...account.lines];
    return [
      ...checkLedger({ account, olderLines, jobs, uploads, orders, extraBytes }, now),
      ...checkProductions({ account, lines, productions, nodeJobs }, now),
    ];
  }
  const isUnused = olderLines.length === 0 && productions.length === 0 && [...jobs].length === 0;
  return isUnused ? [] : ["there are jobs or ledger lines, but no account"];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
