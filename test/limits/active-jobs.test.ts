// MAX_ACTIVE_JOBS and MAX_ACTIVE_FREE_JOBS over HTTP: how many unfinished jobs a user may have.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countStatuses, createAtOnce } from "../api/at-once.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, creditsOf, follow, type User } from "../api/user.ts";
import { waitingProvider } from "../api/waiting-provider.ts";

const json = { prompt: "a lake" };
const slow = waitingProvider();
let product: Product;

beforeAll(async () => {
  const environment = { MAX_ACTIVE_JOBS: "3", TIMER_SECONDS: "1" };
  product = await startProduct({ providers: [slow.provider], environment });
});
afterAll(() => product.close());

function ask(user: User, key: string) {
  return user.call("POST", "/ai/generate-image", { json, headers: { "idempotency-key": key } });
}

test("one job too many is 429 with Retry-After and leaves nothing; a repeat of an earlier one is answered", async () => {
  const user = await product.register();
  for (const key of ["a", "b", "c"]) expect((await ask(user, key)).status).toBe(202);
  const before = await creditsOf(user);
  const refused = await ask(user, "d");
  expect([refused.status, refused.body.error.type, refused.headers.get("retry-after")]).toEqual([
    429,
    "rate_limited",
    "5",
  ]);
  expect(refused.body.message).toBe(
    "There are 3 unfinished jobs already, and 3 are allowed. Wait until one has ended.",
  );
  expect([await creditsOf(user), (await user.call("GET", "/jobs")).body.data.total]).toEqual([before, 3]);
  expect((await ask(user, "a")).status).toBe(200);
  await checkLedger(user);
});

test("when one has ended there is room again, and the refused key may be used for it", async () => {
  const user = await product.register();
  const { id } = await create(user, json);
  for (const key of ["a", "b"]) expect((await ask(user, key)).status).toBe(202);
  expect((await ask(user, "c")).status).toBe(429);
  expect((await user.call("POST", `/jobs/${id}/cancel`)).status).toBe(200);
  expect([(await ask(user, "c")).status, (await ask(user, "d")).status]).toEqual([202, 429]);
  await checkLedger(user);
});

test("a retry takes a place like a new job, and without one leaves the job as it was", async () => {
  const user = await product.register();
  const failure = { type: "provider_error", message: "Refused.", retryable: false } as const;
  slow.finish({ state: "failed", failure });
  const failed = await follow(user, (await create(user, json)).id);
  slow.resume();
  for (const key of ["a", "b", "c"]) expect((await ask(user, key)).status).toBe(202);
  const refused = await user.call("POST", `/jobs/${failed.id}/retry`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
  expect((await user.call("GET", `/jobs/${failed.id}`)).body.data).toEqual(failed);
  await checkLedger(user);
});

test("of 20 creates at once three are taken, for each user by themselves", async () => {
  const [user, other] = [await product.register(), await product.register()];
  const { answers } = await createAtOnce(product.url, user, 20, () => ({ json }));
  expect(countStatuses(answers)).toEqual({ 202: 3, 429: 17 });
  expect((await ask(other, "a")).status).toBe(202);
  await checkLedger(user);
});

describe("Jobs that cost nothing", () => {
  const free = waitingProvider();
  let server: Product;
  beforeAll(async () => {
    const environment = {
      MAX_ACTIVE_FREE_JOBS: "2",
      PRICES: '{"scripted":0}',
      WELCOME_CREDITS: "5",
      TIMER_SECONDS: "1",
    };
    server = await startProduct({ providers: [free.provider], environment });
  });
  afterAll(() => server.close());

  test("have a limit of their own: one too many is 429 that says what to do, kept files and dry runs too, and paid ones go on", async () => {
    const user = await server.register();
    for (const key of ["a", "b"]) expect((await ask(user, key)).status).toBe(202);
    const refused = await ask(user, "c");
    expect([refused.status, refused.body.error.type, refused.headers.get("retry-after")]).toEqual([
      429,
      "rate_limited",
      "5",
    ]);
    expect(refused.body.message).toBe(
      "There are 2 unfinished jobs that cost nothing already, and 2 are allowed. Wait until one has ended, or ask for one that is paid.",
    );
    for (const more of [{ ...json, dryRun: true }, { imageUrl: "https://files.example/a.png" }]) {
      expect((await user.call("POST", "/ai/generate-image", { json: more })).status).toBe(429);
    }
    const paid = await create(user, { ...json, provider: "sketch", size: "64x64" });
    expect(await follow(user, paid.id)).toMatchObject({ status: "completed" });
    expect((await user.call("GET", "/jobs")).body.data.total).toBe(3);
    await checkLedger(user);
  });

  test("of 20 at once two are taken, for each user by themselves", async () => {
    const [user, other] = [await server.register(), await server.register()];
    const { answers } = await createAtOnce(server.url, user, 20, () => ({ json }));
    expect(countStatuses(answers)).toEqual({ 202: 2, 429: 18 });
    expect((await ask(other, "a")).status).toBe(202);
  });

  test("when one has ended there is room again", async () => {
    const user = await server.register();
    const { id } = await create(user, json);
    expect([(await ask(user, "a")).status, (await ask(user, "b")).status]).toEqual([202, 429]);
    expect((await user.call("POST", `/jobs/${id}/cancel`)).status).toBe(200);
    expect((await ask(user, "b")).status).toBe(202);
  });
});
