// Changing an account: what meets in one process goes into one write, and each change looks at its other item anew.
import { describe, expect, it } from "vitest";
import { type Account, withLine } from "../../shared/credits/account.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { settleJob } from "../../shared/jobs/money/ending.ts";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { type World, worlds } from "../jobs/fixture.ts";
import { type Around, itemPut } from "../jobs/intercept.ts";
import { started } from "../jobs/outcomes.ts";
import { userId } from "../jobs/request.ts";

const open = worlds();

function plus(deps: JobDeps, account: Account, amount: number): Account {
  const createdAt = deps.clock.now();
  return withLine(account, { id: deps.ids.uuid(), type: "grant", amount, description: "Test", createdAt });
}

/** Adds one credit, after a look at another item of which `read` is told. */
function grant(deps: JobDeps, read: () => void = () => {}): Promise<number> {
  return deps.changeAccount(userId, {
    async read() {
      read();
      return null;
    },
    apply(account) {
      const next = plus(deps, account, 1);
      return { account: next, result: next.balance };
    },
  });
}

/** Writes down what happens to the account. */
function recording(events: string[]): Around {
  return async (call, act) => {
    const answer = await act();
    if (itemPut(call)?.sort === "account") events.push(answer === null ? "conflict" : "written");
    return answer;
  };
}

/** Each time that somebody is about to write the account, another process is faster. */
function outrun(w: World, options: { times: number; eachMs: number }): Around {
  let left = options.times;
  return async (call, act) => {
    if (itemPut(call)?.sort === "account" && left-- > 0) {
      await grant(w.deps);
      w.clock.pass(options.eachMs);
    }
    return act();
  };
}

describe("Changes that meet in one process", () => {
  it("are applied together: the first one by itself, and all that came meanwhile in one write", async () => {
    const w = await open({ credits: 0 });
    const events: string[] = [];
    let reads = 0;
    const record = recording(events);
    const deps = w.process({
      around(call, act) {
        if (call.name === "get") reads++;
        return record(call, act);
      },
    });
    const balances = await Promise.all(Array.from({ length: 12 }, () => grant(deps)));
    expect(balances).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(events).toEqual(["written", "written"]);
    expect(reads).toBe(1);
  });

  it("each look at their other item after the version that they build on was read, and before it is replaced", async () => {
    const w = await open({ credits: 0 });
    const events: string[] = [];
    const deps = w.process({ around: recording(events) });
    await Promise.all(["a", "b", "c"].map((name) => grant(deps, () => events.push(name))));
    expect(events).toEqual(["a", "written", "b", "c", "written"]);
  });

  it("are all made although there are more than fit into one account", async () => {
    const w = await open({ credits: 0 });
    await Promise.all(Array.from({ length: 200 }, () => grant(w.deps)));
    const account = await w.account();
    expect(account.balance).toBe(200);
    expect(account.lines.length).toBeLessThanOrEqual(16);
  });

  it("do not spoil each other: one that is refused is told so, and the others are made", async () => {
    const w = await open({ credits: 0 });
    const refused = w.deps.changeAccount(userId, {
      read: async () => null,
      apply() {
        throw new AppError("insufficient_credits");
      },
    });
    const unread = w.deps.changeAccount(userId, {
      read: () => Promise.reject(new Error("the table is busy")),
      apply: (account) => ({ account, result: null }),
    });
    const results = await Promise.allSettled([grant(w.deps), refused, unread, grant(w.deps)]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect((await w.account()).balance).toBe(2);
  });

  it("that change nothing write nothing", async () => {
    const w = await open({ credits: 5 });
    const events: string[] = [];
    const deps = w.process({ around: recording(events) });
    const look = () =>
      deps.changeAccount(userId, {
        read: async () => null,
        apply: (account) => ({ account, result: account.balance }),
      });
    expect(await Promise.all([look(), look(), look()])).toEqual([5, 5, 5]);
    expect(events).toEqual([]);
  });

  it("all fail when the table does, and the next change is made", async () => {
    const w = await open({ credits: 0 });
    let isDown = true;
    const deps = w.process({
      async around(call, act) {
        if (isDown && itemPut(call)) throw new AppError("unavailable");
        return act();
      },
    });
    const results = await Promise.allSettled([grant(deps), grant(deps), grant(deps)]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
    isDown = false;
    expect(await grant(deps)).toBe(1);
  });

  it("of an account that does not exist are refused", async () => {
    const w = await open();
    const nobody = "01900000-0000-7000-8000-00000000bbbb";
    const change = { read: async () => null, apply: (account: Account) => ({ account, result: null }) };
    await expect(w.deps.changeAccount(nobody, change)).rejects.toMatchObject({ type: "not_found" });
  });
});

describe("Changes by several processes", () => {
  it("are each made once", async () => {
    const w = await open({ credits: 0 });
    const processes = Array.from({ length: 5 }, () => w.process());
    await Promise.all(processes.flatMap((deps) => Array.from({ length: 20 }, () => grant(deps))));
    expect((await w.account()).balance).toBe(100);
  });

  it("look at their other item again whenever another process was faster", async () => {
    const w = await open({ credits: 0 });
    let reads = 0;
    await grant(w.process({ around: outrun(w, { times: 3, eachMs: 100 }) }), () => reads++);
    expect(reads).toBe(4);
    expect((await w.account()).balance).toBe(4);
  });

  it("that lose for five seconds are told to come back later, and have changed nothing", async () => {
    const w = await open({ credits: 0 });
    const busy = w.process({ around: outrun(w, { times: 1000, eachMs: 1000 }) });
    const error = await grant(busy).catch((caught) => caught);
    expect([error.type, error.status]).toEqual(["unavailable", 503]);
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect((await w.ledger()).filter((line) => line.description === "Test")).toHaveLength(6);
  });

  it("of which one has waited too long do not wait with it: those that came later go on", async () => {
    const w = await open({ credits: 0 });
    let writes = 0;
    let later: Promise<number> | null = null;
    const busy: JobDeps = w.process({
      async around(call, act) {
        if (itemPut(call)?.sort !== "account" || ++writes > 6) return act();
        await grant(w.deps);
        w.clock.pass(1000);
        later ??= grant(busy);
        return act();
      },
    });
    await expect(grant(busy)).rejects.toMatchObject({ type: "unavailable" });
    expect(await later).toBe(7);
  });
});

describe("Credits", () => {
  it("for ten jobs, asked for by fifty requests at once, pay for ten (F19)", async () => {
    const w = await open({ credits: 100, settings: { maxActiveJobs: 100 }, provider: { start: () => started("T1") } });
    const processes = [w.deps, w.process(), w.process()];
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => w.createBy(processes[i % 3] ?? w.deps)),
    );
    const refusals = results.flatMap((result) => (result.status === "rejected" ? [result.reason.type] : []));
    expect(refusals).toEqual(Array.from({ length: 40 }, () => "insufficient_credits"));
    const account = await w.account();
    expect([account.balance, account.holds.length, account.jobs]).toEqual([0, 10, 10]);
  });

  it("for more jobs than may be unfinished at once pay for that many, and the others are told to wait", async () => {
    const w = await open({ credits: 1000, settings: { maxActiveJobs: 5 } });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => w.create()));
    const refusals = results.flatMap((result) => (result.status === "rejected" ? [result.reason.type] : []));
    expect(refusals).toEqual(Array.from({ length: 15 }, () => "rate_limited"));
    expect((await w.account()).holds).toHaveLength(5);
  });

  it("of as many unfinished jobs as a user may have fit into the account", async () => {
    const w = await open({ credits: 1000 });
    for (let i = 0; i < 20; i++) await w.create();
    expect(JSON.stringify(await w.account()).length).toBeLessThan(8 * 1024);
  });

  it("given back by everybody at once come back once (F24)", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    w.clock.pass(2 * 60_000);
    await Promise.all([
      cancelJob(w.process(), key),
      cancelJob(w.process(), key),
      ...Array.from({ length: 5 }, () => settleJob(w.process(), key, 1)),
      ...Array.from({ length: 5 }, () => reviewAccount(w.process(), userId)),
    ]);
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});
