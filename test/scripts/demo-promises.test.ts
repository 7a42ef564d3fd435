import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job, Output } from "../../scripts/demo/api.ts";
import { checkCredits, checkKept, checkSpent, requireOutput } from "../../scripts/demo/promises.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";

const bytes = Buffer.from("what was recorded");
const other = Buffer.from("something else !!");
const signal = new AbortController().signal;

let folder: string;
let origin: Origin;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-promises-"));
  for (const name of ["right.png", "wrong.png", "short.png"]) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, "changed.png"), other);
  origin = await startOrigin(({ url }, response) => {
    response.statusCode = url === "/gone.png" ? 404 : 200;
    response.setHeader("content-type", url === "/page.png" ? "text/html" : "image/png");
    response.end(url === "/wrong.png" ? other : url === "/short.png" ? bytes.subarray(1) : bytes);
  });
});
afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true });
});

test("an output is kept when its URL and its file have the recorded bytes", async () => {
  expect(await checkKept(outputAt("right.png"), store(), signal)).toBe(join(folder, "right.png"));
});

test.each([
  ["serves other bytes", "wrong.png", /\/wrong\.png has the sha256 [0-9a-f]{64} instead of [0-9a-f]{64}/],
  ["serves fewer bytes", "short.png", /\/short\.png has 16 bytes instead of 17/],
  ["serves another type", "page.png", /\/page\.png serves text\/html instead of image\/png/],
  ["answers 404", "gone.png", /\/gone\.png answered 404 instead of 200/],
  ["is right, but its file is not", "changed.png", /changed\.png has the sha256/],
  ["is right, but its file is gone", "absent.png", /ENOENT.*absent\.png/],
])("an output is not kept when its URL %s", async (_, key, message) => {
  await expect(checkKept(outputAt(key), store(), signal)).rejects.toThrow(message);
});

test("an output is not kept when its URL leads elsewhere, whatever is served there", async () => {
  const elsewhere = { ...store(), baseUrl: "http://127.0.0.1:1/media/" };
  await expect(checkKept(outputAt("right.png"), elsewhere, signal)).rejects.toThrow("does not lead to right.png below");
});

test("credits that do not add up are named", () => {
  const credits = { balance: 97, held: 1, totalSpent: 2, totalEarned: 100 };
  expect(() => checkCredits(credits, [100, -1, -1, -1])).not.toThrow();
  expect(() => checkCredits({ ...credits, held: 2 }, [100, -3])).toThrow("add up to 101, but 100 were earned");
  expect(() => checkCredits(credits, [100, -1, -1])).toThrow("The ledger adds up to 98, but the balance is 97.");
});

test("credits that are still held, or were spent on nothing, are named", () => {
  const credits = { balance: 97, held: 0, totalSpent: 3, totalEarned: 100 };
  const job = { cost: 1 } as Job;
  expect(() => checkSpent(credits, [job, job, job])).not.toThrow();
  expect(() => checkSpent({ ...credits, held: 1 }, [job, job, job])).toThrow("1 credits are still held");
  expect(() => checkSpent(credits, [job, job])).toThrow("3 credits were spent on jobs that cost 2.");
});

test("a job that failed is named with its error", () => {
  const error = { type: "fetch_refused", message: "The URL leads to a place that may not be fetched from." };
  const job = { id: "a-job", status: "failed", outputs: [], error } as unknown as Job;
  expect(() => requireOutput(job)).toThrow("The job a-job is failed: The URL leads to a place");
  expect(() => requireOutput({ ...job, status: "completed" })).toThrow("The job a-job has 0 outputs instead of 1.");
});

function store() {
  return { baseUrl: `${origin.url}/`, folder };
}

function outputAt(key: string): Output {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const size = bytes.length;
  return {
    url: `${origin.url}/${key}`,
    key,
    size,
    contentType: "image/png",
    sha256,
    width: 1,
    height: 1,
    durationMs: null,
  };
}
