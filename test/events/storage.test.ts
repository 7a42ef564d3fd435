// Object-created events of both clouds and of one machine: what cannot be read, or is none of ours, is told to the log and keeps nothing else.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handler as checkUpload } from "../../functions/storage/check-upload.ts";
import { handler as persistOutput } from "../../functions/storage/persist-output.ts";
import { handler as runJob } from "../../functions/storage/run-job.ts";
import { readConfig } from "../../shared/config/config.ts";
import { fromOss } from "../../shared/events/function-compute.ts";
import type { ObjectCreated, StorageHandler } from "../../shared/events/storage.ts";
import { handleEvents } from "../../shared/runtime/cloud/events.ts";
import { lambdaStorage } from "../../shared/runtime/cloud/lambda.ts";
import type { Prepared } from "../../shared/runtime/cloud/prepare.ts";
import { createEventDelivery } from "../../shared/runtime/local/event-delivery.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";
import { type Api, startApi } from "../http/api.ts";
import { HandClock } from "../jobs/hand-clock.ts";
import { keptMetrics, type Measured } from "../jobs/measured.ts";

/** Records as a store would write them, by key. */
const recordOf = {
  s3: (key: unknown) => ({ eventName: "ObjectCreated:Put", s3: { object: { key } } }),
  oss: (key: unknown) => ({ eventName: "ObjectCreated:PutObject", oss: { object: { key } } }),
};

const never = new AbortController().signal;

describe.each(["s3", "oss"] as const)("a batch of %s", (cloud) => {
  const put = recordOf[cloud];
  const removed = { ...put("gone"), eventName: "ObjectRemoved:Delete" };

  test.each([
    ["no string for a key", put(7)],
    ["no key", put(undefined)],
    ["no object", { eventName: "ObjectCreated:Put", [cloud]: null }],
    ["nothing of the store", { eventName: "ObjectCreated:Put" }],
    ["no name of an event", { ...put("a"), eventName: 7 }],
    ["null", null],
    ["a string", "temp/outputs/a"],
  ])("with a record of %s: the others are served, and it is said", async (_name, bad) => {
    const { keys, lines } = await served(cloud, [put("temp/a"), bad, removed, put("temp/b")]);
    expect(keys).toEqual(["temp/a", "temp/b"]);
    expect(lines).toEqual([["warn", "an event was dropped: it names no object"]]);
  });

  test("whose list is none is dropped, and it is said", async () => {
    const { keys, lines } = await served(cloud, "records" as unknown as unknown[]);
    expect([keys, lines]).toEqual([[], [["warn", "an event was dropped: it names no object"]]]);
  });

  test("without a list says nothing", async () => {
    expect(await served(cloud, undefined)).toEqual({ keys: [], lines: [] });
  });
});

test("a function that fails is told with the object that it failed at", async () => {
  const written: string[] = [];
  const fails = async () => {
    throw new Error("the table is away");
  };
  const batch = served("oss", [recordOf.oss("temp/a")], { handler: fails, written });
  await expect(batch).rejects.toThrow("the table is away");
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { message: "an event failed: the table is away", object: "temp/a" },
  ]);
});

test.each(["%", "temp/%zz", "temp/%ff", "temp/%E5%B0", "%u0041"])(
  "a key of S3 that is not encoded well, %s, does not take its batch along",
  async (bad) => {
    const { keys, lines } = await served("s3", [
      recordOf.s3("temp/a+b"),
      recordOf.s3(bad),
      recordOf.s3("temp/%E7%94%BB"),
    ]);
    expect(keys).toEqual(["temp/a b", "temp/画"]);
    expect(lines).toEqual([["warn", "an event was dropped: it names no object"]]);
  },
);

describe("a key that is none of ours", () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const id = "01890000-0000-7000-8000-000000000000";
  const old = "0b0e7a0c-54d5-4f9c-8f0c-6a1f4ad7b1de";

  test.each([
    ["run-job", `temp/tickets/${id}/abc/1-1`, runJob],
    ["run-job", `temp/tickets/${old}/${id}/1-1`, runJob],
    ["persist-output", `temp/outputs/${id}/${old}/1-0`, persistOutput],
    ["persist-output", `temp/outputs/${id}/${id}/1-0/../x`, persistOutput],
    ["check-upload", `temp/uploads/${id}`, checkUpload],
    ["check-upload", `temp/uploads/${id}/%00`, checkUpload],
  ])("is dropped by %s with a line in the log, wherever it runs: %s", async (_name, key, handler) => {
    api.lines.length = 0;
    await handler({ key }, { signal: never });
    expect(api.lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: "warn", object: key, message: "an event was dropped: its key is none of ours" },
    ]);
  });

  test("is not delivered again on one machine, and the next one is", async () => {
    const measured: Measured[] = [];
    const deps = { clock: new HandClock(), log: api.runtime.log, metrics: keptMetrics(measured) };
    const done = Promise.withResolvers<void>();
    const handler = async (event: ObjectCreated) => {
      await persistOutput(event, { signal: never });
      if (event.key.endsWith("last")) done.resolve();
    };
    api.lines.length = 0;
    const delivery = createEventDelivery(deps, [{ name: "persist-output", prefix: "temp/", concurrency: 1, handler }]);
    delivery.deliver("temp/outputs/%");
    delivery.deliver("temp/outputs/last");
    await done.promise;
    await delivery.close();
    expect(api.lines.map((line) => JSON.parse(line).object)).toEqual(["temp/outputs/%", "temp/outputs/last"]);
    expect(measured).toEqual([]);
  });
});

/** What a function is handed of such a batch, and what is logged. */
async function served(
  cloud: "s3" | "oss",
  records: unknown[] | undefined,
  { written = [], ...own }: { written?: string[]; handler?: StorageHandler } = {},
) {
  const keys: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const log = createLog({ level: "info", clock: new HandClock(), destination });
  const prepared: Prepared = { config: readConfig({}), log, metrics: keptMetrics([]), async open() {} };
  const handler = own.handler ?? (async ({ key }: ObjectCreated) => void keys.push(key));
  if (cloud === "oss")
    await handleEvents({ name: "f", prepared, handler, signal: never }, fromOss({ events: records }));
  else {
    const context = { getRemainingTimeInMillis: () => 60_000 };
    await lambdaStorage("f", handler, prepared)({ Records: records }, context);
  }
  const lines = written.map((line) => JSON.parse(line)).map(({ level, message }) => [level, message]);
  return { keys, lines };
}
