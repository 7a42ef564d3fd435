// Many jobs at one slow provider: what others ask of other providers does not wait for them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, type ShownJob, type User } from "./user.ts";
import { waitingProvider } from "./waiting-provider.ts";

const slow = waitingProvider({ checkAfterMs: 4000 });
let product: Product;
let user: User;

beforeAll(async () => {
  const environment = { WELCOME_CREDITS: "1000", MAX_ACTIVE_JOBS: "100" };
  // As long as a good picture takes at most vendors: run-job stays with such jobs.
  const provider = { ...slow.provider, typicalMs: 20_000 };
  product = await startProduct({ providers: [provider], environment });
  user = await product.register();
});
afterAll(() => product.close());

test("40 jobs that wait for a slow provider keep nobody else's picture from being made", async () => {
  const waiting: ShownJob[] = [];
  for (let i = 0; i < 40; i++) waiting.push(await create(user, { prompt: `slow ${i}`, provider: "scripted" }));
  const other = await product.register();
  const { id } = await create(other, { prompt: "quick", provider: "sketch", size: "64x64" });
  expect(await follow(other, id)).toMatchObject({ status: "completed" });
  // Had it waited for them, each of them would have been looked at many times by now.
  expect(slow.provider.calls.filter(({ name }) => name === "check").length).toBeLessThan(5 * waiting.length);
  await checkLedger(user);
});
