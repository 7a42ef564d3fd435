import { expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { createGate } from "../../shared/limits/gate.ts";

test("as many are inside as there is room for; each that comes out lets the next one look", async () => {
  const gate = createGate();
  let [inside, most, done] = [0, 0, 0];
  const act = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
    done++;
  };
  await Promise.all(Array.from({ length: 30 }, () => gate.pass("a", async () => 3, act)));
  expect([most, done]).toEqual([3, 30]);
});

test("what was seen before somebody came out is looked at again", async () => {
  const gate = createGate();
  const first = Promise.withResolvers<void>();
  const look = Promise.withResolvers<void>();
  let room = 2;
  let looks = 0;
  const a = gate.pass(
    "a",
    async () => room,
    () => first.promise,
  );
  const b = gate.pass(
    "a",
    async () => {
      looks += 1;
      const seen = room;
      if (looks === 1) await look.promise;
      if (seen === 0) throw new AppError("rate_limited");
      return seen;
    },
    async () => "in",
  );
  await new Promise((resolve) => setImmediate(resolve));
  room = 0;
  first.resolve();
  await a;
  look.resolve();
  await expect(b).rejects.toMatchObject({ type: "rate_limited" });
  expect(looks).toBe(2);
});

test("whoever is turned away, or fails, keeps nobody waiting", async () => {
  const gate = createGate();
  let left = 5;
  const look = async () => {
    if (left === 0) throw new AppError("rate_limited");
    return 1;
  };
  const act = async () => {
    left -= 1;
    throw new AppError("unauthenticated");
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => gate.pass("a", look, act)));
  const types = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.type : "in"));
  expect(types.filter((type) => type === "unauthenticated").length).toBe(5);
  expect(types.filter((type) => type === "rate_limited").length).toBe(15);
});

test("names do not touch each other", async () => {
  const gate = createGate();
  const held = Promise.withResolvers<void>();
  const waiting = gate.pass(
    "a",
    async () => 1,
    () => held.promise,
  );
  expect(
    await gate.pass(
      "b",
      async () => 1,
      async () => "in",
    ),
  ).toBe("in");
  held.resolve();
  await waiting;
});
