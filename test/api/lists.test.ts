// Lists of jobs and of ledger lines, and what somebody else can see of them: nothing.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, listAll, type ShownJob, type User } from "./user.ts";
import { waitingProvider } from "./waiting-provider.ts";

const slow = waitingProvider();
let product: Product;
let user: User;
/** The newest first: 2 failed, 23 completed. */
let made: string[];

beforeAll(async () => {
  product = await startProduct({
    providers: [slow.provider],
    environment: { MAX_ACTIVE_JOBS: "30", DEFAULT_IMAGE_PROVIDER: "sketch" },
  });
  user = await product.register();
  const jobs: ShownJob[] = [];
  for (let i = 0; i < 23; i++) jobs.push(await create(user, { prompt: `picture ${i}`, size: "64x64", dryRun: i < 3 }));
  slow.finish({ state: "failed", failure: { type: "provider_error", message: "Broken.", retryable: false } });
  for (let i = 0; i < 2; i++) jobs.push(await create(user, { prompt: `failure ${i}`, provider: "scripted" }));
  await Promise.all(jobs.map((job) => follow(user, job.id)));
  made = jobs.map((job) => job.id).toReversed();
});
afterAll(() => product.close());

const ids = (items: ShownJob[]) => items.map((item) => item.id);

describe("25 jobs", () => {
  test.each([1, 7, 24, 25, 26, 100])(
    "are read newest first in pages of %i, each once, with the total",
    async (limit) => {
      const { items, total } = await listAll(user, "/jobs", limit);
      expect([ids(items), total]).toEqual([made, 25]);
    },
  );

  test("are read in pages of 20 where nobody says how many", async () => {
    const { data } = (await user.call("GET", "/jobs")).body;
    expect([ids(data.items), data.hasMore, data.nextCursor]).toEqual([made.slice(0, 20), true, made[19]]);
  });

  test("are shown whole, as each is shown alone", async () => {
    const { items } = await listAll(user, "/jobs");
    const alone = await Promise.all(made.map(async (id) => (await user.call("GET", `/jobs/${id}`)).body.data));
    expect(items).toEqual(alone);
  });

  test.each([
    ["status=failed", 2],
    ["status=completed&type=image", 23],
    ["status=cancelled", 0],
    ["type=video", 0],
    ["type=image", 25],
    ["type=video,image", 25],
    ["status=failed,completed", 25],
    ["status=failed,cancelled", 2],
    ["search=FAILURE", 2],
    ["search=ict%202", 5],
    ["search=2%20picture", 5],
    ["search=picture&status=failed", 0],
    ["search=nowhere", 0],
  ])("filtered by %s are those alone, without a total", async (filter, count) => {
    const { data } = (await user.call("GET", `/jobs?limit=100&${filter}`)).body;
    expect([data.items.length, data.total, data.hasMore]).toEqual([count, null, false]);
  });

  test("filtered by what is none of the values is 400, which says what there is", async () => {
    for (const filter of [
      "status=done",
      "status=failed,",
      "status=failed,%20completed",
      "type=image;video",
      "search=",
    ]) {
      const { status, body } = await user.call("GET", `/jobs?${filter}`);
      expect([status, body.error.details[0].path]).toEqual([400, filter.split("=")[0]]);
    }
  });

  test("filtered are read in pages too", async () => {
    const found: string[] = [];
    for (let cursor = ""; ; ) {
      const { data } = (await user.call("GET", `/jobs?limit=5&status=completed${cursor}`)).body;
      found.push(...ids(data.items));
      if (!data.hasMore) break;
      cursor = `&cursor=${data.nextCursor}`;
    }
    expect(found).toEqual(made.slice(2));
  });

  test("have lines in the ledger that are read in pages of any size, and add up", async () => {
    const { lines } = await checkLedger(user);
    expect(lines.length).toBe(1 + 20 + 2 * 2);
    for (const limit of [1, 8, 24, 25, 26]) {
      expect((await listAll(user, "/credits/transactions", limit)).items).toEqual(lines);
    }
  });
});

describe("somebody else", () => {
  let other: User;
  beforeAll(async () => {
    other = await product.register();
  });

  test.each([
    ["GET", ""],
    ["POST", "/retry"],
    ["POST", "/cancel"],
  ])("gets a 404 that tells nothing from %s /jobs/{id}%s", async (method, action) => {
    const [id = ""] = made;
    const answer = await other.call(method, `/jobs/${id}${action}`);
    const nobodys = await other.call(method, `/jobs/01900000-0000-7000-8000-000000000000${action}`);
    expect([answer.status, answer.body.error.type]).toEqual([404, "not_found"]);
    expect(JSON.stringify(answer.body)).not.toContain(id);
    const same = ({ body }: typeof answer) => ({ ...body, error: { ...body.error, requestId: "" } });
    expect(same(answer)).toEqual(same(nobodys));
  });

  test("sees no job and no line but their own, whatever cursor they bring", async () => {
    expect(await listAll(other, "/jobs")).toEqual({ items: [], total: 0 });
    const { data } = (await other.call("GET", `/jobs?cursor=${made[0]}`)).body;
    expect(data.items).toEqual([]);
    expect((await listAll(other, "/credits/transactions")).items).toMatchObject([{ type: "grant", amount: 100 }]);
  });
});
