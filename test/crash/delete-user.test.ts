// Deleting a user, by processes that die of it: whoever comes next deletes them to the end.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import type { Account } from "../../shared/credits/account.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { callerOf, create, follow, type User, until } from "../api/user.ts";
import type { GapOf } from "./gaps.ts";
import { checkIntegrity, readKeys, readTable } from "./remains.ts";
import { words } from "./vendor.ts";
import { vendorIds } from "./vendor-provider.ts";
import { AFTER_LEASES_S, inWorld, type World, welcomeCredits } from "./world.ts";

const gaps: GapOf<"delete">[] = [
  "delete: after the account was closed",
  "delete: after the login is gone",
  "delete: after a job was cancelled",
  "delete: before the provider hears of it",
  "delete: after an item went",
  "delete: after a job lost its words",
  "delete: after an object went",
  "delete: after the sweep was written down",
];

/** In everything that the user has said. */
const word = "marigold";
const AFTER_LAST_SWEEP_S = 2 * 24 * 60 * 60;

describe.concurrent("F69: a process that dies while a user is deleted", () => {
  test.for(gaps)("%s: nothing of them is left but a ledger that adds up", (gap) =>
    inWorld(async (world) => {
      await world.start({ gap });
      const user = await world.register();
      await makeBusy(world, user);
      const { email } = user;
      const call = callerOf(() => world.url);
      await world.diesDuring(() => call("POST", "/crash/delete-user", { json: { email } }));

      await world.start({ secondsLater: AFTER_LEASES_S });
      await until(
        async () => accountOf(world).deletion?.sweptAt,
        (sweptAt) => typeof sweptAt === "number",
      );
      expect((await user.call("GET", "/users/me")).status).toBe(401);
      expect(await keysOf(world, user)).toEqual([]);
      expect(await world.stop()).toEqual([]);
      checkNothingSaid(world, user);

      await world.start({ secondsLater: AFTER_LAST_SWEEP_S });
      await until(
        async () => readTable(world.dataDir).due,
        (due) => due.length === 0,
      );
      expect(await world.stop()).toEqual([]);
      await checkTheEnd(world, user);
    }),
  );
});

/** One job is done, one is worked on, an upload is on its way. */
async function makeBusy(world: World, user: User): Promise<void> {
  const metadata = { word };
  const { id } = await create(user, { prompt: word, provider: "sketch", size: "64x64", metadata });
  expect((await follow(user, id)).status).toBe("completed");
  const json = { filename: `${word}.png`, contentType: "image/png", size: 100 };
  expect((await user.call("POST", "/uploads", { json })).status).toBe(201);
  await create(user, { prompt: `${word} ${words.waits}`, provider: vendorIds.byReference, metadata });
  await until(
    async () => world.vendor.tasks.length,
    (count) => count === 1,
  );
}

function accountOf({ dataDir }: World): Account {
  const [account, ...others] = readTable(dataDir).accounts;
  if (!account || others.length > 0) throw new Error("there is another number of accounts than one");
  return account;
}

async function keysOf({ dataDir }: World, { userId }: User): Promise<string[]> {
  return (await readKeys(dataDir)).filter((key) => key.includes(userId));
}

function checkNothingSaid({ dataDir }: World, { email }: User): void {
  const name = email.slice(0, email.indexOf("@"));
  const db = new DatabaseSync(join(dataDir, "table.sqlite"), { readOnly: true });
  const rows = db
    .prepare("SELECT partition, sort, data FROM items")
    .all()
    .map((row) => JSON.stringify(row));
  db.close();
  expect(rows.filter((row) => [word, email, name].some((text) => row.includes(text)))).toEqual([]);
}

async function checkTheEnd(world: World, user: User): Promise<void> {
  const { jobs, olderLines } = readTable(world.dataDir);
  const account = accountOf(world);
  const older = olderLines.flatMap(({ lines }) => lines);
  expect(checkLedger({ account, olderLines: older, jobs, uploads: [] }, Date.now())).toEqual([]);
  expect(account).toMatchObject({ balance: welcomeCredits - 1, spent: 1, holds: [], deletion: { dueAt: null } });
  expect(jobs.map(({ outcome, phase }) => [outcome, phase]).toSorted()).toEqual([
    ["cancelled", "closed"],
    ["completed", "closed"],
  ]);
  expect(world.vendor.tasks.map(({ isCancelled }) => isCancelled)).toEqual([true]);
  expect(await keysOf(world, user)).toEqual([]);
  expect(checkIntegrity(world.dataDir)).toEqual(["ok"]);
  checkNothingSaid(world, user);
}
