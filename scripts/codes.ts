// npm run codes -- create --credits 100 --count 5 [--expires 2026-12-31]: makes codes in the configured table.
// The codes go to stdout, one a line, as soon as they are written; everything else to stderr. They cannot be shown again.
import { parseArgs } from "node:util";
import { MAX_CODES_AT_ONCE, MAX_CREDITS_OF_CODE, makeCodes } from "../shared/credits/codes-making.ts";
import type { Table } from "../shared/ports/table.ts";
import { realClock, realIds } from "../shared/runtime/real.ts";
import { runSubcommand, UsageError, withTable } from "./subcommands.ts";

const MAX_COUNT = 100_000;

interface Wanted {
  credits: number;
  count: number;
  expiresAt: number | null;
}

await runSubcommand("npm run codes --", {
  create: {
    usage: "--credits <credits of each> [--count <codes>] [--expires <date, or time with zone>]",
    async run(args) {
      const wanted = readWanted(args);
      await withTable((table, where) => createCodes(table, where, wanted));
    },
  },
});

async function createCodes(table: Table, where: string, { credits, count, expiresAt }: Wanted): Promise<void> {
  const deps = { table, clock: realClock, ids: realIds };
  for (let made = 0; made < count; made += MAX_CODES_AT_ONCE) {
    const size = Math.min(MAX_CODES_AT_ONCE, count - made);
    const codes = await makeCodes(deps, { credits, count: size, expiresAt }).catch((error: Error) => {
      throw new Error(`Only the ${made} codes above were made. ${error.message}`, { cause: error });
    });
    console.log(codes.join("\n"));
  }
  const until = expiresAt === null ? "" : `, good until ${new Date(expiresAt).toISOString()}`;
  console.error(`${count === 1 ? "One code" : `${count} codes`} of ${credits} credits in ${where}${until}.`);
}

function readWanted(args: string[]): Wanted {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { credits: text, count: text, expires: text } });
  return {
    credits: whole("--credits", values.credits, MAX_CREDITS_OF_CODE),
    count: whole("--count", values.count ?? "1", MAX_COUNT),
    expiresAt: values.expires === undefined ? null : expiry(values.expires),
  };
}

function whole(option: string, text: string | undefined, max: number): number {
  if (text !== undefined && /^[1-9]\d{0,9}$/.test(text) && Number(text) <= max) return Number(text);
  throw new UsageError(`${option} must be a whole number from 1 to ${max}.`);
}

/** A date alone means its end in UTC: a code that is good until the 31st can be redeemed on the 31st. */
function expiry(text: string): number {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isDate || isTime ? Date.parse(isDate ? `${text}T23:59:59.999Z` : text) : Number.NaN;
  if (at > realClock.now()) return at;
  throw new UsageError("--expires must be in the future, like 2026-12-31 or 2026-12-31T18:00:00Z.");
}
