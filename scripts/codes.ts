// npm run codes -- create --credits 100 --count 5 [--expires 2026-12-31]: makes codes in the configured table.
// The codes go to stdout, one a line, as soon as they are written; everything else to stderr. They cannot be shown again.
// npm run codes -- show DF-…: what a code is worth, and who has redeemed it.
import { readCode } from "../shared/credits/codes.ts";
import { MAX_CODES_AT_ONCE, MAX_CREDITS_OF_CODE, makeCodes } from "../shared/credits/codes-making.ts";
import { readSpelling } from "../shared/credits/codes-spelling.ts";
import type { Table } from "../shared/ports/table.ts";
import { realClock, realIds } from "../shared/runtime/real.ts";
import { readUser } from "../shared/users/user.ts";
import { parsed, runSubcommand, say, UsageError, whole, withTable } from "./subcommands.ts";

const MAX_COUNT = 100_000;
const text = { type: "string" } as const;

interface Wanted {
  credits: number;
  count: number;
  expiresAt: number | null;
  isJson: boolean;
}

await runSubcommand("npm run codes --", {
  create: {
    usage: "--credits <credits of each> [--count <codes>] [--expires <date, or time with zone>] [--json]",
    about: "Makes codes, shown once, one a line; with --json a JSON object a line.",
    async run(args) {
      const wanted = readWanted(args);
      await withTable((table, where) => createCodes(table, where, wanted));
    },
  },
  show: {
    usage: "<code> [--json]",
    about: "What a code is worth, and who has redeemed it.",
    async run(args) {
      const { positionals, isJson } = parsed(args, {}, 1);
      const spelled = readSpelling(positionals[0] ?? "");
      if (!spelled) throw new UsageError("This is no code: check it for typing errors.");
      await withTable(async (table) => {
        const { line, data } = await shown(table, spelled.id);
        say(isJson, [line], data);
      });
    },
  },
});

async function createCodes(table: Table, where: string, wanted: Wanted): Promise<void> {
  const { credits, count, expiresAt, isJson } = wanted;
  const deps = { table, clock: realClock, ids: realIds };
  const until = expiresAt === null ? null : new Date(expiresAt).toISOString();
  for (let made = 0; made < count; made += MAX_CODES_AT_ONCE) {
    const size = Math.min(MAX_CODES_AT_ONCE, count - made);
    const codes = await makeCodes(deps, { credits, count: size, expiresAt }).catch((error: Error) => {
      throw new Error(`Only the ${made} codes above were made. ${error.message}`, { cause: error });
    });
    const lineOf = (code: string) => (isJson ? JSON.stringify({ code, credits, expiresAt: until }) : code);
    console.log(codes.map(lineOf).join("\n"));
  }
  const note = until === null ? "" : `, good until ${until}`;
  console.error(`${count === 1 ? "One code" : `${count} codes`} of ${credits} credits in ${where}${note}.`);
}

async function shown(table: Table, id: string) {
  const code = await readCode(table, id);
  if (!code) throw new Error("There is no such code.");
  const { credits, claimedBy } = code;
  const email = claimedBy === null ? null : ((await readUser(table, claimedBy))?.value.email ?? null);
  const expiresAt = code.expiresAt === null ? null : new Date(code.expiresAt).toISOString();
  const isExpired = code.expiresAt !== null && code.expiresAt <= realClock.now();
  const who = claimedBy === null ? (isExpired ? "expired, and" : "free, and") : `redeemed by ${email ?? claimedBy},`;
  const until = expiresAt === null ? "without an end" : `good until ${expiresAt}`;
  return { line: `${credits} credits, ${who} ${until}`, data: { credits, claimedBy, email, expiresAt, isExpired } };
}

function readWanted(args: string[]): Wanted {
  const { values, isJson } = parsed(args, { credits: text, count: text, expires: text });
  return {
    credits: whole("--credits", values.credits, 1, MAX_CREDITS_OF_CODE),
    count: whole("--count", values.count ?? "1", 1, MAX_COUNT),
    expiresAt: values.expires === undefined ? null : expiry(values.expires),
    isJson,
  };
}

/** A date alone means its end in UTC: a code that is good until the 31st can be redeemed on the 31st. */
function expiry(written: string): number {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(written);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(written);
  const at = isDate || isTime ? Date.parse(isDate ? `${written}T23:59:59.999Z` : written) : Number.NaN;
  if (at > realClock.now()) return at;
  throw new UsageError("--expires must be in the future, like 2026-12-31 or 2026-12-31T18:00:00Z.");
}
