// npm run users -- grant-role admin ada@example.com: what operators do with users, in the configured table.
// npm run users -- set-quota ada@example.com 50GiB: what that user may store, whatever MAX_STORED_BYTES says; `default` ends the exception.
// npm run users -- delete ada@example.com --yes: the user is shut out at once; a server's timer, running now or started later, removes the rest.
import { parseArgs } from "node:util";
import { readAccount } from "../shared/credits/account.ts";
import { createAccountChanges } from "../shared/credits/changes.ts";
import { setMaxBytes, sizeText } from "../shared/credits/storage.ts";
import { countStorage } from "../shared/jobs/money/count-storage.ts";
import type { Table } from "../shared/ports/table.ts";
import { realClock, realIds } from "../shared/runtime/real.ts";
import { deleteUser } from "../shared/users/delete-user.ts";
import { grantRole } from "../shared/users/grant-role.ts";
import { isEmail, normalizeEmail } from "../shared/users/rules.ts";
import { type Role, readLogin } from "../shared/users/user.ts";
import { runSubcommand, UsageError, withTable } from "./subcommands.ts";

const roles: readonly Role[] = ["admin", "user"];

await runSubcommand("npm run users --", {
  "grant-role": {
    usage: `${roles.join("|")} <email>`,
    async run(args) {
      const { positionals } = parseArgs({ args, allowPositionals: true });
      const [wanted, address, ...more] = positionals;
      const role = roles.find((known) => known === wanted);
      if (!role) throw new UsageError(`The role must be one of ${roles.join(", ")}.`);
      if (more.length > 0) throw new UsageError("One e-mail address at a time.");
      const email = readEmail(address);
      const user = await withTable((table) => grantRole({ table }, role, email));
      if (!user) throw nobody(email);
      console.log(`${user.email} (${user.id}) has the role ${user.role} from the next request on.`);
    },
  },
  "set-quota": {
    usage: "<email> <size>|default",
    async run(args) {
      const { positionals } = parseArgs({ args, allowPositionals: true });
      const [address, size, ...more] = positionals;
      if (more.length > 0) throw new UsageError("One e-mail address and one size at a time.");
      const email = readEmail(address);
      const maxBytes = readSize(size);
      await withTable((table) => setQuota(table, email, maxBytes));
    },
  },
  delete: {
    usage: "<email> [--yes]",
    async run(args) {
      const { positionals, values } = parseArgs({
        args,
        allowPositionals: true,
        options: { yes: { type: "boolean" } },
      });
      const [address, ...more] = positionals;
      if (more.length > 0) throw new UsageError("One e-mail address at a time.");
      const email = readEmail(address);
      await withTable((table, where) => (values.yes ? remove(table, email) : explain(table, email, where)));
    },
  },
});

async function remove(table: Table, email: string): Promise<void> {
  const ports = { table, clock: realClock, ids: realIds };
  const deleted = await deleteUser({ ...ports, changeAccount: createAccountChanges(ports) }, email);
  if (!deleted) throw nobody(email);
  console.log(
    `${email} (${deleted.userId}) is shut out, and the address is free. A server's timer cancels the jobs and removes files and records: ` +
      "within minutes while one runs, else when one is started; and looks once more a day later. The ledger stays, without a name.",
  );
}

/** `maxBytes` of null: the setting counts again. */
async function setQuota(table: Table, email: string, maxBytes: number | null): Promise<void> {
  const login = await readLogin(table, email);
  if (!login) throw nobody(email);
  const { userId } = login.value;
  const ports = { table, clock: realClock, ids: realIds };
  const changeAccount = createAccountChanges(ports);
  await countStorage({ table, changeAccount }, userId);
  const usedBytes = await setMaxBytes({ changeAccount }, userId, maxBytes);
  const limit = maxBytes === null ? "what MAX_STORED_BYTES says" : sizeText(maxBytes);
  console.log(`${email} (${userId}) may store ${limit}, and has stored ${sizeText(usedBytes)}.`);
}

/** Nothing is done without --yes, and whoever runs this in a shell sees that by the exit code. */
async function explain(table: Table, email: string, where: string): Promise<never> {
  const login = await readLogin(table, email);
  if (!login) throw nobody(email);
  const { userId } = login.value;
  const stored = await readAccount(table, userId);
  const [jobs, balance] = [stored?.account.jobs ?? 0, stored?.account.balance ?? 0];
  throw new Error(
    `Nothing was deleted. ${email} (${userId}) in ${where} has ${jobs} job${jobs === 1 ? "" : "s"} and ${balance} ` +
      `credit${balance === 1 ? "" : "s"}; all their files would go, for good. Say it again with --yes.`,
  );
}

function nobody(email: string): Error {
  return new Error(`Nobody has registered as ${email}.`);
}

/** Null for `default`. Fractions are allowed: 1.5GiB. */
function readSize(text = ""): number | null {
  if (text === "default") return null;
  const [, number = "", unit = ""] = /^(\d{1,16}(?:\.\d{1,3})?) ?([KMGT]iB)?$/.exec(text) ?? [];
  const bytes = Math.round(Number(number) * 1024 ** ["", "KiB", "MiB", "GiB", "TiB"].indexOf(unit));
  if (number !== "" && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError("A size is needed, such as 50GiB, 500MiB or 1048576 (bytes); or default.");
}

function readEmail(text: string | undefined): string {
  const email = normalizeEmail(text ?? "");
  if (isEmail(email)) return email;
  throw new UsageError("An e-mail address is needed.");
}
