import { afterEach, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { AppError } from "../../shared/errors/app-error.ts";
import { checkHealth } from "../../shared/http/health.ts";
import { type Api, startApi } from "./api.ts";

let api: Api;

afterEach(() => api.close());

test("health is 200 with the version while table and store can be written", async () => {
  api = await startApi();
  const { status, body } = await api.call("GET", "/health");
  expect([status, body.data]).toEqual([200, { status: "ok", version: packageJson.version, sendsMail: false }]);
});

test("each look writes the table and the store, and 20 at once are one look", async () => {
  let probes = 0;
  api = await startApi({
    change: ({ store }) => ({
      store: {
        ...store,
        probe() {
          probes += 1;
          return store.probe();
        },
      },
    }),
  });
  const version = async () => (await api.runtime.table.get({ partition: "health", sort: "probe" }))?.version;
  await api.call("GET", "/health");
  expect([probes, await version()]).toEqual([1, 1]);
  await Promise.all(Array.from({ length: 20 }, () => checkHealth(api.runtime)));
  expect([probes, await version()]).toEqual([2, 2]);
});

test.each(["table", "store"] as const)(
  "while the %s cannot be written health is 503 and names nothing of the inside",
  async (part) => {
    const broken = async () => {
      throw new AppError("unavailable", { message: "/var/lib is read-only" });
    };
    api = await startApi({
      change: ({ table, store }) =>
        part === "table" ? { table: { ...table, put: broken } } : { store: { ...store, probe: broken } },
    });
    const { status, body, headers } = await api.call("GET", "/health");
    expect([status, body.error.type, headers.get("retry-after")]).toEqual([503, "unavailable", "5"]);
    expect(JSON.stringify(body)).not.toContain("/var/lib");
    expect(api.lines.join()).toContain("/var/lib is read-only");
  },
);

test("a closed table is 503", async () => {
  api = await startApi();
  await api.runtime.table.close();
  expect((await api.call("GET", "/health")).status).toBe(503);
});

test("a store that does not answer within 5 seconds is 503, and the next look is a new one", async () => {
  const asked = Promise.withResolvers<void>();
  let isHanging = true;
  api = await startApi({
    change: ({ store }) => ({
      store: {
        ...store,
        probe() {
          asked.resolve();
          return isHanging ? new Promise(() => {}) : store.probe();
        },
      },
    }),
  });
  const first = api.call("GET", "/health");
  await asked.promise;
  api.clock.moveTo(api.clock.now() + 5000);
  expect((await first).status).toBe(503);
  isHanging = false;
  expect((await api.call("GET", "/health")).status).toBe(200);
});
