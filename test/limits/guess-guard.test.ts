// Guessing redemption codes is slowed, by user and by address.
import { afterEach, beforeEach, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ErrorType } from "../../shared/errors/catalogue.ts";
import { guardGuess } from "../../shared/limits/guess-guard.ts";
import { openPorts, type Ports } from "./ports.ts";

const ada = { userId: "ada", address: "203.0.113.7" };

let ports: Ports;

beforeEach(async () => {
  ports = await openPorts();
});
afterEach(() => ports.close());

/** The credits, the type of the error, or how many seconds there are to wait. */
async function guess(who: { userId: string; address: string }, refusal: ErrorType | null) {
  try {
    return await guardGuess(ports, who, async () => {
      if (refusal !== null) throw new AppError(refusal);
      return 25;
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.type === "rate_limited" ? (error.retryAfterMs ?? 0) / 1000 : error.type;
  }
}

test("ten codes that do not exist are free for a user, then each doubles the wait, up to an hour", async () => {
  for (let n = 0; n < 10; n++) expect(await guess(ada, "not_found")).toBe("not_found");
  const waits = [];
  for (let n = 0; n < 13; n++) {
    const wait = Number(await guess(ada, null));
    waits.push(wait);
    ports.pass(wait * 1000);
    expect(await guess(ada, "not_found")).toBe("not_found");
  }
  expect(waits.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512]);
  expect(Math.max(...waits)).toBeLessThanOrEqual(3600);
});

test("a code that exists is no guess, whether it can be redeemed or not; nor is a fault of ours", async () => {
  for (let n = 0; n < 30; n++) {
    expect(await guess(ada, "conflict")).toBe("conflict");
    expect(await guess(ada, "unavailable")).toBe("unavailable");
    expect(await guess(ada, null)).toBe(25);
  }
  expect(ports.calls.put).toBe(0);
});

test("fifty are free for an address, whoever they are there; others elsewhere are not slowed", async () => {
  for (let n = 0; n < 50; n++) expect(await guess({ ...ada, userId: `user-${n}` }, "not_found")).toBe("not_found");
  expect(await guess(ada, null)).toBe(1);
  expect(await guess({ ...ada, address: "203.0.113.8" }, null)).toBe(25);
});

test("guesses that come at once are all counted", async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => guess(ada, "not_found")));
  expect(new Set(answers)).toEqual(new Set(["not_found"]));
  expect(await guess(ada, null)).toBeGreaterThanOrEqual(60);
});

test("with time they are forgotten", async () => {
  await Promise.all(Array.from({ length: 40 }, () => guess(ada, "not_found")));
  expect(await guess(ada, null)).toBe(3600);
  ports.pass(21 * 10 * 60_000);
  for (let n = 0; n < 10; n++) expect(await guess(ada, "not_found")).toBe("not_found");
});
