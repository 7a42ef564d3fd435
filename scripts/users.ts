// npm run users -- find|jobs|grant|limits|grant-role|set-quota|delete: what operators do with users, in the configured table.
import { listJobs } from "../shared/jobs/reading/read.ts";
import { grantRole } from "../shared/users/grant-role.ts";
import { isEmail, normalizeEmail } from "../shared/users/rules.ts";
import type { Role } from "../shared/users/user.ts";
import { somebody } from "./everybody.ts";
import { lineOfJob, outlineOf } from "./jobs/outline.ts";
import { Found, parsed, runSubcommand, say, UsageError, whole, withTable } from "./subcommands.ts";
import { explain, remove } from "./users/delete.ts";
import { find, linesOf, shown } from "./users/find.ts";
import { grant, keyNote, readWanted } from "./users/grant.ts";
import { readSize, setQuota } from "./users/limits.ts";

const roles: readonly Role[] = ["admin", "user"];
const text = { type: "string" } as const;
const oneOnly = "One e-mail address at a time.";

await runSubcommand("npm run users --", {
  find: {
    usage: "<email, id, or a part of an address> [--json]",
    about: "Who that is, with credits, jobs and files.",
    async run(args) {
      const { positionals, isJson } = parsed(args, {}, 1);
      const [who = ""] = positionals;
      if (who === "") throw new UsageError("An e-mail address, a part of one, or a user's id is needed.");
      const found = await withTable((table, _where, config) => find(table, config, who));
      say(isJson, found.flatMap(linesOf), found);
    },
  },
  jobs: {
    usage: "<email or id> [--limit 20] [--json]",
    about: "The newest jobs of a user, one a line.",
    async run(args) {
      const { positionals, values, isJson } = parsed(args, { limit: text }, 1);
      const limit = whole("--limit", values.limit ?? "20", 1, 1000);
      const jobs = await withTable(async (table) => {
        const { userId } = await somebody(table, positionals[0]);
        return (await listJobs(table, userId, { limit })).jobs;
      });
      say(isJson, jobs.map(lineOfJob), jobs.map(outlineOf));
    },
  },
  grant: {
    usage: '<email or id> <credits> --reason "…" [--key <key>] [--json]',
    about: "Gives credits, once for each key; the user reads the reason in the ledger.",
    async run(args) {
      const { positionals, values, isJson } = parsed(args, { reason: text, key: text }, 2);
      const wanted = readWanted(positionals, values);
      if (values.key === undefined) console.error(keyNote(wanted));
      const { line, data } = await withTable((table) => grant(table, wanted));
      say(isJson, [line], data);
    },
  },
  limits: {
    usage: "<email or id> [--storage <size>|default] [--json]",
    about: "What a user may use and uses; --storage makes an exception from MAX_STORED_BYTES, or ends it.",
    async run(args) {
      const { positionals, values, isJson } = parsed(args, { storage: text }, 1);
      const maxBytes = values.storage === undefined ? undefined : readSize(values.storage);
      await withTable(async (table, _where, config) => {
        const [who] = positionals;
        if (maxBytes !== undefined) await setQuota(table, who, maxBytes);
        const found = await shown(table, config, await somebody(table, who));
        say(isJson, linesOf(found), found);
      });
    },
  },
  "grant-role": {
    usage: `${roles.join("|")} <email> [--json]`,
    about: "Gives a user another role, from the next request on.",
    async run(args) {
      const { positionals, isJson } = parsed(args, {}, 3);
      const [wanted, address, ...more] = positionals;
      const role = roles.find((known) => known === wanted);
      if (!role) throw new UsageError(`The role must be one of ${roles.join(", ")}.`);
      if (more.length > 0) throw new UsageError(oneOnly);
      const email = readEmail(address);
      const user = await withTable((table) => grantRole({ table }, role, email));
      if (!user) throw new Error(`Nobody has registered as ${email}.`);
      const line = `${user.email} (${user.id}) has the role ${user.role} from the next request on.`;
      say(isJson, [line], { userId: user.id, email: user.email, role: user.role });
    },
  },
  "set-quota": {
    usage: "<email> <size>|default [--json]",
    about: "What the user may store, whatever MAX_STORED_BYTES says; default ends the exception.",
    async run(args) {
      const { positionals, isJson } = parsed(args, {}, 3);
      const [address, size, ...more] = positionals;
      if (more.length > 0) throw new UsageError("One e-mail address and one size at a time.");
      const email = readEmail(address);
      const maxBytes = readSize(size);
      const { line, data } = await withTable((table) => setQuota(table, email, maxBytes));
      say(isJson, [line], data);
    },
  },
  delete: {
    usage: "<email> [--yes] [--json]",
    about: "Shuts a user out at once; a server's timer removes the rest. Without --yes it only says what would go.",
    async run(args) {
      const { positionals, values, isJson } = parsed(args, { yes: { type: "boolean" } }, 2);
      const [address, ...more] = positionals;
      if (more.length > 0) throw new UsageError(oneOnly);
      const email = readEmail(address);
      if (values.yes) {
        const { line, data } = await withTable((table) => remove(table, email));
        say(isJson, [line], data);
        return;
      }
      const { line, data } = await withTable((table, where) => explain(table, email, where));
      if (isJson) say(true, [], data);
      throw isJson ? new Found() : new Error(line);
    },
  },
});

function readEmail(written: string | undefined): string {
  const email = normalizeEmail(written ?? "");
  if (isEmail(email)) return email;
  throw new UsageError("An e-mail address is needed.");
}
