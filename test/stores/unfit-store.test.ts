// The whole product in front of a store that is unfit for jobs: it is named, and no job is taken.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { proveStore } from "../../shared/http/store-proof.ts";
import type { RequestStore } from "../../shared/ports/object-store.ts";
import { type Product, startProduct } from "../api/local.ts";
import { startApi } from "../http/api.ts";
import { runScript } from "../scripts/run-script.ts";
import { type S3Server, type S3ServerOptions, startS3Server, testKey } from "../servers/s3/server.ts";

let server: S3Server;
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(options: Partial<S3ServerOptions> = {}): Promise<Record<string, string>> {
  server = await startS3Server({ vendor: "minio", region: "us-east-1", ...options });
  ends.push(server.close);
  return {
    STORAGE_PROVIDER: "minio",
    STORE_ACCESS: "private",
    S3_BUCKET: server.bucketName,
    S3_ENDPOINT: server.endpoint,
    S3_ACCESS_KEY_ID: testKey.accessKeyId,
    S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
    LOG_LEVEL: "silent",
  };
}

describe("npm start", () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "unfit-store-"));
    ends.push(() => rm(dataDir, { recursive: true }));
  });

  const start = (settings: Record<string, string>) =>
    runScript("scripts/start.ts", [], dataDir, { ...settings, PORT: "0" });

  test("ends with a sentence that names a store which ignores If-None-Match, and what to do", async () => {
    const settings = await serve();
    server.defects.add("replaces by puts");
    const { code, stdout, stderr } = await start(settings);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`The store at ${server.endpoint}/${server.bucketName} ignores If-None-Match: *`);
    expect(stderr).toContain("take a store that has conditional writes");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("ends with what a store says that does not implement conditions", async () => {
    const { code, stderr } = await start(await serve({ abilities: { conditionalPut: false } }));
    expect(code).toBe(1);
    expect(stderr).toContain("501 NotImplemented");
    expect(stderr).toContain("STORAGE_PROVIDER");
  });

  test("ends with what a store says to a key without rights, and tells no secret", async () => {
    const settings = await serve();
    const message = "User films is not authorized to put objects";
    server.fail({ operation: "PutObject", times: 100, does: { status: 403, code: "AccessDenied", message } });
    const { code, stderr } = await start(settings);
    expect(code).toBe(1);
    for (const words of ["403 AccessDenied", message, "rights"]) expect(stderr).toContain(words);
    expect(stderr).not.toContain(testKey.secretAccessKey);
  });
});

test("a store that is away is no reason not to start: health says so until it is there", async () => {
  const settings = await serve();
  await server.stop();
  const product: Product = await startProduct({ environment: settings });
  ends.push(product.close);
  const { status, body } = await product.call("GET", "/health");
  expect([status, body.error.type, body.error.details]).toEqual([503, "unavailable", []]);
});

test("a store that becomes unfit is named by /health, no job is taken, and nothing is charged", async () => {
  const told = "The store at http://store.test/films ignores If-None-Match: *";
  let isUnfit = false;
  const api = await startApi({
    change: ({ store }) => ({
      store: {
        ...store,
        async prove() {
          if (isUnfit) throw new AppError("unavailable", { message: told, forOperator: `${told} It says: no.` });
        },
      },
    }),
  });
  ends.push(() => api.close());
  const { token } = await api.register("ada");
  const create = () => api.call("POST", "/ai/generate-image", { token, json: { prompt: "a lake", size: "64x64" } });
  expect([(await create()).status, (await api.call("GET", "/health")).status]).toEqual([202, 200]);
  isUnfit = true;
  api.clock.moveTo(api.clock.now() + 11 * 60_000);
  const { status, body } = await api.call("GET", "/health");
  expect([status, body.error.details]).toEqual([503, [{ path: "store", message: told }]]);
  const balance = async () => (await api.call("GET", "/credits", { token })).body.data.balance;
  const before = await balance();
  const refused = [
    await create(),
    await api.call("POST", "/ai/generate-video", { token, json: { prompt: "a lake" } }),
    await api.call("POST", "/uploads", { token, json: { filename: "a.png", contentType: "image/png", size: 1 } }),
  ];
  expect(refused.map((answer) => [answer.status, answer.body.error.type])).toEqual(Array(3).fill([503, "unavailable"]));
  expect(JSON.stringify(refused[0]?.body)).not.toContain("store.test");
  expect(await balance()).toBe(before);
  expect((await api.call("GET", "/jobs", { token })).body.data.items).toHaveLength(1);
  expect(api.lines.map((line) => JSON.parse(line).message)).toContain(
    `a request could not be served: ${told} It says: no.`,
  );
  isUnfit = false;
  api.clock.moveTo(api.clock.now() + 6000);
  expect((await create()).status).toBe(202);
});

test("a proof is shared by those who ask at once, remembered, and begun anew after an outage", async () => {
  let proofs = 0;
  let fails: AppError | null = new AppError("unavailable");
  const store = {
    async prove() {
      proofs++;
      if (fails) throw fails;
    },
  } as RequestStore;
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, sleep: async () => {} };
  const ask = () => proveStore({ store, clock });
  await Promise.allSettled([ask(), ask(), ask()]);
  expect(proofs).toBe(1);
  await expect(ask()).rejects.toBe(fails);
  expect(proofs).toBe(2);
  fails = null;
  for (let n = 0; n < 20; n++) await ask();
  expect(proofs).toBe(3);
  now += 11 * 60_000;
  fails = new AppError("unavailable", { forOperator: "Take another store." });
  for (let n = 0; n < 20; n++) await expect(ask()).rejects.toBe(fails);
  expect(proofs).toBe(4);
  now += 6000;
  fails = null;
  await ask();
  expect(proofs).toBe(5);
});
