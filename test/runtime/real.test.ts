import { expect, test, vi } from "vitest";
import { realClock, realIds } from "../../shared/runtime/real.ts";

test("ids are lower-case UUIDv7 and later ones sort behind earlier ones", () => {
  const ids = Array.from({ length: 2000 }, () => realIds.uuid());
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("ids go on in order while the clock goes back, and no two are ever the same, through many fillings of their pool", () => {
  const now = vi.spyOn(Date, "now");
  try {
    const start = 1_800_000_000_000;
    const ids = Array.from({ length: 3000 }, (_, i) => {
      now.mockReturnValue(start - i);
      return realIds.uuid();
    });
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(ids.length);
  } finally {
    now.mockRestore();
  }
});

test("tokens are 22 characters of base64url and never the same", () => {
  const tokens = Array.from({ length: 1000 }, () => realIds.token());
  for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/);
  expect(new Set(tokens).size).toBe(1000);
});

test("random numbers lie from 0 to below 1", () => {
  const numbers = Array.from({ length: 1000 }, () => realIds.random());
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
});

test("a sleep ends at once when its signal is or becomes aborted, and does not reject", async () => {
  await realClock.sleep(3_600_000, AbortSignal.abort());
  const controller = new AbortController();
  const slept = realClock.sleep(3_600_000, controller.signal);
  controller.abort();
  await slept;
});

test("a sleep of more days than a timer can hold does not end at once", async () => {
  const controller = new AbortController();
  const long = realClock.sleep(2 ** 33, controller.signal).then(() => "long");
  expect(await Promise.race([long, realClock.sleep(5).then(() => "short")])).toBe("short");
  controller.abort();
  await long;
});
