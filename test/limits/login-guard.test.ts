// Guessing passwords is slowed, and nobody who knows theirs is kept out by somebody elsewhere.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { createGate, type Gate } from "../../shared/limits/gate.ts";
import { guardLogin } from "../../shared/limits/login-guard.ts";
import { openPorts, type Ports } from "./ports.ts";

const MINUTE = 60_000;
const owner = { email: "ada@example.com", address: "203.0.113.7" };
const isRight = true;
const isWrong = false;

let ports: Ports;
let loginGate: Gate;

beforeEach(async () => {
  ports = await openPorts();
  loginGate = createGate();
});
afterEach(() => ports.close());

/** "in", "wrong", or how many seconds the caller has to wait. */
async function logIn(who: { email: string; address: string }, password: boolean, gate = loginGate) {
  try {
    return await guardLogin({ ...ports, loginGate: gate }, who, async () => {
      await Promise.resolve();
      if (password === isWrong) throw new AppError("unauthenticated");
      return "in";
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.type === "rate_limited" ? (error.retryAfterMs ?? 0) / 1000 : "wrong";
  }
}

async function fail(who: { email: string; address: string }, count: number): Promise<unknown[]> {
  const answers = [];
  for (let n = 0; n < count; n++) answers.push(await logIn(who, isWrong));
  return answers;
}

/** As many addresses as are wanted. */
const elsewhere = (n: number) => `198.51.${n >> 8}.${n & 255}`;

describe("One address and one account", () => {
  test("five failures are free; then each doubles the wait, up to a quarter of an hour", async () => {
    expect(await fail(owner, 6)).toEqual(["wrong", "wrong", "wrong", "wrong", "wrong", 1]);
    const waits = [];
    for (let n = 0; n < 12; n++) {
      const wait = Number(await logIn(owner, isWrong));
      waits.push(wait);
      ports.pass(wait * 1000 - 1);
      expect(await logIn(owner, isWrong)).toBe(0.001);
      ports.pass(1);
      expect(await logIn(owner, isWrong)).toBe("wrong");
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  test("the right password does not get through while the wait lasts, and ends it afterwards", async () => {
    await fail(owner, 5);
    expect(await logIn(owner, isRight)).toBe(1);
    ports.pass(1000);
    expect(await logIn(owner, isRight)).toBe("in");
    expect(await fail(owner, 6)).toEqual(["wrong", "wrong", "wrong", "wrong", "wrong", 1]);
  });

  test("failures are forgotten, one in a quarter of an hour", async () => {
    await fail(owner, 5);
    ports.pass(15 * MINUTE);
    expect(await fail(owner, 2)).toEqual(["wrong", 1]);
    ports.pass(5 * 15 * MINUTE);
    expect(await fail(owner, 6)).toEqual(["wrong", "wrong", "wrong", "wrong", "wrong", 1]);
  });

  test("of a hundred guesses at once five are looked at, over several instances five each at most", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => logIn(owner, isWrong)));
    expect(answers.filter((answer) => answer === "wrong").length).toBe(5);

    const other = { ...owner, email: "bob@example.com" };
    const gates = [createGate(), createGate(), createGate()];
    const spread = await Promise.all(Array.from({ length: 90 }, (_, n) => logIn(other, isWrong, gates[n % 3])));
    expect(spread.filter((answer) => answer === "wrong").length).toBeLessThanOrEqual(15);
  });

  test("a hundred logins at once with the right password all get in", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => logIn(owner, isRight)));
    expect(new Set(answers)).toEqual(new Set(["in"]));
  });

  test("of guesses that come while others are looked at, a hundred wait, and more are told to come later", async () => {
    const held = Promise.withResolvers<void>();
    const holding = { ...ports, loginGate };
    const hold = () => guardLogin(holding, owner, () => held.promise);
    const first = await Promise.allSettled([...Array.from({ length: 105 }, hold), settle()]);
    expect(first.length).toBe(106);
    async function settle() {
      await expect.poll(async () => ports.calls.get).toBeGreaterThanOrEqual(210);
      await expect(hold()).rejects.toMatchObject({ type: "unavailable", retryAfterMs: 3000 });
      held.resolve();
    }
    expect(first.filter(({ status }) => status === "rejected")).toEqual([]);
  });

  test("a wait is never longer than its rule says, also when a wrong clock wrote it", async () => {
    await fail(owner, 5);
    const earlier = { ...ports.clock, now: () => ports.clock.now() - 24 * 60 * MINUTE };
    await expect(
      guardLogin(
        { ...ports.with({ clock: { ...earlier, sleep: async () => {} } }), loginGate },
        owner,
        async () => "in",
      ),
    ).rejects.toMatchObject({ type: "rate_limited", retryAfterMs: 1000 });
  });
});

describe("One address and many accounts", () => {
  const at = (n: number) => ({ email: `user-${n}@example.com`, address: owner.address });

  test("fifty failures are free, then it is slowed for accounts that it never opened", async () => {
    for (let n = 0; n < 50; n++) expect(await logIn(at(n), isWrong)).toBe("wrong");
    expect(await logIn(at(50), isWrong)).toBe(1);
    expect(await logIn({ ...at(50), address: "203.0.113.8" }, isRight)).toBe("in");
  });

  test("who has logged in from there before is not touched by it", async () => {
    expect(await logIn(owner, isRight)).toBe("in");
    for (let n = 0; n < 51; n++) await logIn(at(n), isWrong);
    expect(await logIn(at(99), isRight)).toBe(1);
    expect(await logIn(owner, isRight)).toBe("in");
  });

  test("an IPv6 network is one address", async () => {
    const inNetwork = (n: number) => ({ email: `user-${n}@example.com`, address: `2001:db8::${n.toString(16)}` });
    for (let n = 0; n < 50; n++) await logIn(inNetwork(n), isWrong);
    expect(await logIn(inNetwork(50), isWrong)).toBe(1);
  });
});

describe("One account and many addresses", () => {
  async function attack(addresses: number): Promise<void> {
    for (let n = 0; n < addresses; n++) expect(await logIn({ ...owner, address: elsewhere(n) }, isWrong)).toBe("wrong");
  }

  test("its owner gets in, from where they were before and from anywhere else", async () => {
    expect(await logIn(owner, isRight)).toBe("in");
    await attack(300);
    expect(await logIn(owner, isRight)).toBe("in");
    expect(await logIn({ ...owner, address: "203.0.113.99" }, isRight)).toBe("in");
  });

  test("each further address has one guess, and a minute to wait for the next one", async () => {
    await attack(20);
    expect(await fail({ ...owner, address: elsewhere(500) }, 2)).toEqual(["wrong", 60]);
    ports.pass(MINUTE);
    expect(await fail({ ...owner, address: elsewhere(500) }, 2)).toEqual(["wrong", 120]);
  });

  test("its owner may still mistype from where they were before", async () => {
    expect(await logIn(owner, isRight)).toBe("in");
    await attack(30);
    expect(await fail(owner, 4)).toEqual(["wrong", "wrong", "wrong", "wrong"]);
    expect(await logIn(owner, isRight)).toBe("in");
  });

  test("who mistypes from where they were before makes it no harder elsewhere, for the account or for neighbours", async () => {
    for (let n = 0; n < 51; n++) {
      const known = {
        email: n < 25 ? owner.email : `user-${n}@example.com`,
        address: n < 25 ? elsewhere(n) : "192.0.2.1",
      };
      expect([await logIn(known, isRight), await logIn(known, isWrong)]).toEqual(["in", "wrong"]);
    }
    expect(await fail({ ...owner, address: elsewhere(800) }, 3)).toEqual(["wrong", "wrong", "wrong"]);
    for (let n = 0; n < 49; n++) await logIn({ email: `other-${n}@example.com`, address: "192.0.2.1" }, isWrong);
    expect(await logIn({ email: "new@example.com", address: "192.0.2.1" }, isRight)).toBe("in");
  });

  test("other accounts are not slowed", async () => {
    await attack(30);
    expect(await fail({ email: "bob@example.com", address: elsewhere(700) }, 3)).toEqual(["wrong", "wrong", "wrong"]);
  });
});

describe("The table", () => {
  test("is not written by who logs in again from the same place", async () => {
    await logIn(owner, isRight);
    const { put } = ports.calls;
    for (let n = 0; n < 10; n++) expect(await logIn(owner, isRight)).toBe("in");
    expect(ports.calls.put).toBe(put);
  });

  test("tells neither e-mail addresses nor where they log in from", async () => {
    await logIn(owner, isRight);
    await fail({ ...owner, address: elsewhere(1) }, 2);
    const kept = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((shard) =>
        ports.table.due({ kind: "expiring", shard, before: Number.MAX_SAFE_INTEGER, limit: 100 }),
      ),
    );
    const items = await Promise.all(kept.flat().map((key) => ports.table.get(key)));
    expect(items.length).toBe(4);
    expect(JSON.stringify(items)).not.toMatch(/ada|example|203\.0\.113|198\.51/);
  });
});
