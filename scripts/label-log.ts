// npm run label-log -- [--user <id>] [--from 2026-06-01] [--to 2026-12-01] [--json]: who got outputs without the label that everybody can see.
// One a line, by the time at which they were begun: when, output, why, user, model, sha256 of the file. Days are of UTC; `--to` is included.
// Exit code 0: it is told; 1: the table cannot be read; 2: the command was not understood.
import { parseArgs } from "node:util";
import { type LabelLogEntry, labelLog } from "../shared/jobs/moving/label-log.ts";
import { answerHelp } from "./help.ts";
import { UsageError, usageOf, withTable } from "./subcommands.ts";

const USAGE = "  npm run label-log -- [--user <id>] [--from 2026-06-01] [--to 2026-12-01] [--json]";
const DAY_MS = 86_400_000;
/** The longest that an entry may be kept. */
const EVERYTHING_MS = 3660 * DAY_MS;

answerHelp("Who got outputs without the label that everybody can see.", USAGE);

try {
  const wanted = readWanted(process.argv.slice(2));
  await withTable(async (table, where) => {
    let count = 0;
    for await (const entry of labelLog(table, wanted)) {
      if (wanted.user !== undefined && entry.userId !== wanted.user) continue;
      console.log(wanted.isJson ? jsonOf(entry) : lineOf(entry));
      count += 1;
    }
    console.error(count === 0 ? `Nothing is logged in ${where}.` : `${count} logged in ${where}.`);
  });
} catch (error) {
  const usage = usageOf(error, USAGE);
  console.error(usage ?? `The log cannot be told. ${error instanceof Error ? error.message : error}`);
  process.exitCode = usage === null ? 1 : 2;
}

function readWanted(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ args, options: { user: text, from: text, to: text, json: flag } });
  const now = Date.now();
  const from = values.from === undefined ? now - EVERYTHING_MS : dayOf("--from", values.from);
  const to = values.to === undefined ? now + DAY_MS : dayOf("--to", values.to) + DAY_MS;
  return { user: values.user, from, to, isJson: values.json };
}

function dayOf(option: string, text: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`${option} must be a day, like 2026-11-28.`);
  return time;
}

function lineOf({ at, output, why, userId, provider, model, sha256 }: LabelLogEntry): string {
  return `${new Date(at).toISOString()} ${output} ${why} user ${userId} ${provider}/${model} ${sha256 ?? "-"}`;
}

function jsonOf({ at, expiresAt, ...entry }: LabelLogEntry): string {
  const times = { at: new Date(at).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
  return JSON.stringify({ ...times, ...entry });
}
