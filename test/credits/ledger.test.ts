// The ledger: numbered lines, in batches that are written before the account lets go of them.
import { describe, expect, it } from "vitest";
import { type Account, withLine } from "../../shared/credits/account.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type World, worlds } from "../jobs/fixture.ts";
import { dying, itemPut } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";

const open = worlds();

/** Adds a line of that amount. */
function grant(deps: JobDeps, amount: number): Promise<void> {
  return deps.changeAccount(userId, {
    read: async () => null,
    apply: (account) => ({ account: granted(deps, account, amount), result: undefined }),
  });
}

function granted(deps: JobDeps, account: Account, amount: number): Account {
  const createdAt = deps.clock.now();
  return withLine(account, { id: deps.ids.uuid(), type: "grant", amount, description: "Test", createdAt });
}

/** A user with 100 lines, whose amounts are their numbers; the welcome is the first one. */
async function hundredLines(): Promise<World> {
  const w = await open({ credits: 1 });
  for (let amount = 2; amount <= 100; amount++) await grant(w.deps, amount);
  return w;
}

const numbers = Array.from({ length: 100 }, (_, i) => 100 - i);

describe("The ledger", () => {
  it("holds 100 lines in order, the newest in the account and the others in batches", async () => {
    const w = await hundredLines();
    const ledger = await readLedger(w.table, userId, { limit: 1000 });
    expect(ledger?.total).toBe(100);
    expect(ledger?.lines.map((line) => line.n)).toEqual(numbers);
    expect(ledger?.lines.map((line) => line.amount)).toEqual(numbers);
    const { lines } = await w.account();
    expect(lines.length).toBeLessThanOrEqual(16);
    const batches = await w.table.query({
      partition: `user#${userId}`,
      prefix: "ledger#",
      order: "ascending",
      limit: 100,
    });
    const moved = batches.items.map((item) => (item.data.lines as { n: number }[]).map((line) => line.n));
    expect(moved.flat().concat(lines.map((line) => line.n))).toEqual(numbers.toReversed());
    expect(new Set(moved.map((batch) => batch.length))).toEqual(new Set([8]));
  });

  it("can be read from every line on, in pages of every size", async () => {
    const w = await hundredLines();
    for (const limit of [1, 2, 7, 8, 9, 16, 17, 40, 100]) {
      for (let before = 1; before <= 102; before++) {
        const page = await readLedger(w.table, userId, { limit, before });
        const expected = numbers.filter((n) => n < before).slice(0, limit);
        expect([limit, before, page?.lines.map((line) => line.n)]).toEqual([limit, before, expected]);
      }
    }
  });

  it("can be paged through, whatever the size of a page, with each line seen once", async () => {
    const w = await hundredLines();
    for (let limit = 1; limit <= 30; limit++) {
      const seen: number[] = [];
      for (let before: number | undefined; before === undefined || before > 1; before = seen.at(-1)) {
        const page = await readLedger(w.table, userId, { limit, before });
        seen.push(...(page?.lines.map((line) => line.n) ?? []));
      }
      expect([limit, seen]).toEqual([limit, numbers]);
    }
  });

  it("shows each line once to a reader between whose two reads lines move to a batch", async () => {
    const w = await open({ credits: 1 });
    for (let amount = 2; amount <= 16; amount++) await grant(w.deps, amount);
    const reader = w.process({
      async around(call, act) {
        if (call.name === "query") for (let amount = 17; amount <= 40; amount++) await grant(w.deps, amount);
        return act();
      },
    });
    const ledger = await readLedger(reader.table, userId, { limit: 100 });
    expect(ledger?.lines.map((line) => line.n)).toEqual(numbers.slice(84));
  });

  it("of somebody who does not exist is null", async () => {
    const w = await open();
    expect(await readLedger(w.table, "01900000-0000-7000-8000-00000000bbbb", { limit: 10 })).toBeNull();
  });
});

describe("A process that dies between a batch and the account", () => {
  it("loses its own line and no other, and the batch that it left is the one that counts", async () => {
    const w = await open({ credits: 1 });
    for (let amount = 2; amount <= 9; amount++) await grant(w.deps, amount);
    const dead = dying((call) => (itemPut(call)?.sort.startsWith("ledger#") ? "after" : null));
    await expect(grant(w.process({ around: dead.around }), 1000)).rejects.toThrow("dead");
    expect((await w.ledger()).map((line) => line.amount)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await grant(w.deps, 10);
    expect((await w.ledger()).map((line) => line.amount)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("leaves a batch that readers do not count twice", async () => {
    const w = await open({ credits: 1 });
    for (let amount = 2; amount <= 9; amount++) await grant(w.deps, amount);
    const dead = dying((call) => (itemPut(call)?.sort.startsWith("ledger#") ? "after" : null));
    await grant(w.process({ around: dead.around }), 1000).catch(() => undefined);
    for (let before = 1; before <= 11; before++) {
      const page = await readLedger(w.table, userId, { limit: 4, before });
      expect(page?.lines.map((line) => line.n)).toEqual(
        [9, 8, 7, 6, 5, 4, 3, 2, 1].filter((n) => n < before).slice(0, 4),
      );
    }
  });

  it("again and again never leaves a gap", async () => {
    const w = await open({ credits: 1 });
    for (let amount = 2; amount <= 60; amount++) {
      const dead = dying((call) => (itemPut(call)?.sort.startsWith("ledger#") ? "after" : null));
      await grant(w.process({ around: dead.around }), amount).catch(() => grant(w.deps, amount));
    }
    expect((await w.ledger()).map((line) => line.amount)).toEqual(numbers.slice(40).toReversed());
  });
});

describe("A line", () => {
  it("carries the balance before and after it", async () => {
    const w = await open({ credits: 5 });
    await grant(w.deps, 7);
    expect((await w.ledger()).map((line) => [line.balanceBefore, line.amount, line.balanceAfter])).toEqual([
      [0, 5, 5],
      [5, 7, 12],
    ]);
  });

  it("of nothing is not written", async () => {
    const w = await open({ credits: 5 });
    await grant(w.deps, 0);
    await w.create({ price: 0 });
    await w.rest();
    expect(await w.ledger()).toHaveLength(1);
  });

  it("that would take the balance below zero or beyond what can be counted is refused, and nothing is written", async () => {
    const w = await open({ credits: 5 });
    await expect(grant(w.deps, -6)).rejects.toMatchObject({ type: "internal" });
    await expect(grant(w.deps, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ type: "internal" });
    await expect(grant(w.deps, 0.5)).rejects.toMatchObject({ type: "internal" });
    expect((await w.account()).balance).toBe(5);
  });
});
