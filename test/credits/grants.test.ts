// Credits that an operator gives: once for each key, whoever dies in the middle and however many ask at once.
import { describe, expect, it } from "vitest";
import { readCode } from "../../shared/credits/codes.ts";
import { type Grant, grantCredits } from "../../shared/credits/grants.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ItemKey } from "../../shared/ports/table.ts";
import { type World, worlds } from "../jobs/fixture.ts";
import { dying } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";

const open = worlds();
const grant: Grant = { userId, credits: 40, reason: "Sorry for the outage of Tuesday", key: "ticket-17" };

const grants = async (w: World) =>
  (await w.ledger()).slice(1).map(({ type, amount, description }) => `${type} ${amount} ${description}`);
const once = [`grant 40 ${grant.reason}`];

function refusalOf(granting: Promise<boolean>): Promise<unknown> {
  return granting.catch((error) => (error instanceof AppError ? error.type : error));
}

describe.each([false, true])("With a table that writes items together: %s, a grant", (isTogether) => {
  it("is a line of the ledger with its reason, and is given once for each key", async () => {
    const w = await open({ isTogether });
    expect([await grantCredits(w.deps, grant), await grantCredits(w.process(), grant)]).toEqual([true, false]);
    expect(await grants(w)).toEqual(once);
    expect(await grantCredits(w.deps, { ...grant, key: "ticket-18" })).toBe(true);
    const { balance, earned, markers } = await w.account();
    expect([balance, earned, markers]).toEqual([180, 180, []]);
  });

  it("by one key for other credits or another reason is refused, and changes nothing", async () => {
    const w = await open({ isTogether });
    await grantCredits(w.deps, grant);
    expect(await refusalOf(grantCredits(w.deps, { ...grant, credits: 41 }))).toBe("idempotency_mismatch");
    expect(await refusalOf(grantCredits(w.deps, { ...grant, reason: "Because" }))).toBe("idempotency_mismatch");
    expect(await grants(w)).toEqual(once);
  });

  it("that fifty ask for at once is given once", async () => {
    const w = await open({ isTogether });
    const processes = [w.deps, w.process(), w.process()];
    const all = Array.from({ length: 50 }, (_, i) => grantCredits(processes[i % 3] ?? w.deps, grant));
    const given = await Promise.all(all);
    expect([given.filter(Boolean).length, await grants(w)]).toEqual([1, once]);
  });

  it("for nobody, or for a user who is deleted, is refused", async () => {
    const w = await open({ isTogether });
    const nobody = { ...grant, userId: userId.replace("aaaa", "bbbb") };
    expect(await refusalOf(grantCredits(w.deps, nobody))).toBe("not_found");
    const { data, version, ...key } = (await w.table.get({ partition: `user#${userId}`, sort: "account" })) ?? never();
    const deletion = { requestedAt: w.clock.now(), sweptAt: w.clock.now(), dueAt: null };
    await w.table.put({ ...key, data: { ...data, deletion } }, { version });
    expect(await refusalOf(grantCredits(w.deps, grant))).toBe("unauthenticated");
    expect(await grants(w)).toEqual([]);
  });

  // The writes: the grant, the account with the line, the grant as done, the account without the marker.
  const gaps = [1, 2, 3, 4].flatMap((nth) => (["before", "after"] as const).map((moment) => [moment, nth] as const));

  it.each(gaps)("whose process dies %s its write %i is given once by the repeat", async (moment, nth) => {
    const w = await open({ isTogether });
    await dieAt(w, moment, nth);
    await grantCredits(w.process(), grant);
    expect(await grants(w)).toEqual(once);
    expect(await grantCredits(w.process(), grant)).toBe(false);
    await w.rest();
    expect([await grants(w), (await w.account()).balance]).toEqual([once, 140]);
  });

  it.each(gaps)(
    "whose process dies %s its write %i is given once by the timer, if it was begun",
    async (moment, nth) => {
      const w = await open({ isTogether });
      await dieAt(w, moment, nth);
      await w.rest();
      const isBegun = !(moment === "before" && nth === 1);
      expect([await grants(w), (await w.account()).markers]).toEqual([isBegun ? once : [], []]);
    },
  );
});

async function dieAt(w: World, moment: "before" | "after", nth: number): Promise<void> {
  let writes = 0;
  const dead = dying(({ port, name }) => (port === "table" && /^put/.test(name) && ++writes === nth ? moment : null));
  await grantCredits(w.process({ around: dead.around }), grant).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
}

it("nobody redeems a grant by typing it", async () => {
  const w = await open();
  await grantCredits(w.deps, grant);
  const [key] = [...w.touched.values()].filter(({ partition }: ItemKey) => partition.startsWith("code#grant-"));
  expect(await readCode(w.table, key?.partition.slice("code#".length) ?? "")).toMatchObject({ isDone: true });
  expect(key?.partition).toMatch(/^code#grant-[0-9a-f]{64}$/);
});

function never(): never {
  throw new Error("there is no account");
}
