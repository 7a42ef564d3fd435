// What a client might try with Function Compute's own paths and headers, on the fronts as they are deployed.

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { startHttpTrigger } from "../servers/function-compute/http-trigger.ts";
import { type FcFunction, startFunction } from "../servers/function-compute/instance.ts";
import { startOssServerWithAccount } from "../servers/oss/starting.ts";
import { localhostNames } from "../servers/s3/localhost-names.ts";
import { startTablestore, type TablestoreServer } from "../servers/tablestore/server.ts";
import { unzipInto } from "../servers/zip.ts";
import { raw } from "./packages.ts";
import { zipsOf } from "./zips.ts";

const owner = { accessKeyId: "key-1", accessKeySecret: "secret-1" };
const first = { accessKeyId: "STS.first", accessKeySecret: "secret of the first", securityToken: "token of the first" };
const second = { accessKeyId: "STS.second", accessKeySecret: "secret of the next", securityToken: "token of the next" };
const forged = ["x-fc-access-key-id", "STS.forged", "x-fc-access-key-secret", "a forged secret"];

const ends: (() => Promise<unknown>)[] = [];
let rows: TablestoreServer;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  rows = await startTablestore();
  const objects = await startOssServerWithAccount();
  for (const key of [first, second]) {
    rows.keys.push(key);
    objects.accounts.push(key);
  }
  const { endpoint, instance } = rows;
  const table = { endpoint, instance, tableName: "dream_factory", credentials: async () => owner };
  await prepareTablestore(table, { say: () => {}, pause: async () => {} });
  folder = await realpath(await mkdtemp(join(tmpdir(), "dream-factory-tricks-")));
  environment = {
    PLATFORM: "aliyun",
    JWT_SECRET: "the secret of a front that is tricked",
    LOG_LEVEL: "debug",
    OSS_BUCKET: objects.bucket,
    OSS_REGION: objects.region,
    OSS_ENDPOINT: objects.url.replace("127.0.0.1", "localhost"),
    OSS_CNAME: objects.url.replace("127.0.0.1", `${objects.bucket}.localhost`),
    TABLE_NAME: table.tableName,
    TABLESTORE_ENDPOINT: endpoint,
    TABLESTORE_INSTANCE: instance,
    NODE_OPTIONS: localhostNames,
  };
  ends.push(() => Promise.all([rows.close(), objects.close(), rm(folder, { recursive: true })]));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** As deployed; `url` of an HTTP trigger that lets what clients send reach the function. */
async function deployed(name: string): Promise<{ target: FcFunction; url: string }> {
  await unzipInto(join(await zipsOf("aliyun"), `${name}.zip`), join(folder, name));
  const target = await startFunction({ name, environment, folder: join(folder, name), role: first, concurrency: 20 });
  const door = await startHttpTrigger(target, { keepsClientHeaders: true });
  ends.push(() => Promise.all([door.close(), target.close()]));
  return { target, url: door.url };
}

describe("the front of a function that answers requests", () => {
  let target: FcFunction;
  let url: string;
  const health = (headers: string[] = []) => raw(`${url}/api/v1/health`, "GET", headers);
  beforeAll(async () => {
    ({ target, url } = await deployed("health"));
  });

  const own = ["/invoke", "/initialize", "/pre-stop"].flatMap((path) =>
    ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"].map((method) => [method, path] as const),
  );
  test.each(own)("has nothing at the platform's own paths: %s %s", async (method, path) => {
    expect((await raw(url + path, method, [])).status).toBe(404);
  });

  test("uses the keys that come with a request, and after a rotation the new ones", async () => {
    expect((await health()).status).toBe(200);
    expect(rows.usedKeys.at(-1)).toBe("STS.first");
    target.rotate(second);
    expect((await health()).status).toBe(200);
    expect(rows.usedKeys.at(-1)).toBe("STS.second");
    target.rotate(first);
  });

  test("refuses a request that brings keys of its own, and uses neither these nor any other for it", async () => {
    const before = rows.usedKeys.length;
    expect((await health(forged)).status).toBe(400);
    expect(rows.usedKeys.slice(before)).toEqual([]);
    expect((await health()).status).toBe(200);
    expect(new Set(rows.usedKeys.slice(before))).toEqual(new Set(["STS.first"]));
  });

  test("logs no key", () => {
    const said = target.output();
    expect(said).toContain("answered");
    for (const secret of [first, second].flatMap((key) => [key.accessKeySecret, key.securityToken])) {
      expect(said).not.toContain(secret);
    }
    expect(said).not.toContain("forged");
  });
});

describe("the front of a function that takes events", () => {
  let target: FcFunction;
  let url: string;
  beforeAll(async () => {
    ({ target, url } = await deployed("persist-output"));
  });

  test.each([
    ["GET", "/invoke"],
    ["PUT", "/invoke"],
    ["POST", "/"],
    ["POST", "/invoke/"],
    ["POST", "/initialize"],
    ["POST", "/pre-stop"],
    ["GET", "/api/v1/health"],
  ])("has nothing but POST /invoke: %s %s", async (method, path) => {
    expect((await raw(url + path, method, [])).status).toBe(404);
  });

  test("takes an event that is for nobody", async () => {
    expect(await target.invoke({ events: [] })).toMatchObject({ status: 200, outcome: "done" });
  });

  test("says in the platform's way that it failed, so that the event comes again", async () => {
    rows.keys.splice(0, rows.keys.length, owner);
    const other = await deployed("check-upload");
    expect(await other.target.invoke({ events: [] })).toMatchObject({ status: 500, outcome: "failed" });
    rows.keys.push(first, second);
  });

  test("fails an event that brings keys of its own", async () => {
    expect((await raw(`${url}/invoke`, "POST", forged, '{"events":[]}')).status).toBe(500);
  });
});
