// Calls of vendors, over the wire: a job is asked for, the vendor works on it and calls. Without its call nobody would look for ten minutes.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJob } from "../../shared/jobs/job.ts";
import { eventually } from "../patience.ts";
import {
  type CallingVendor,
  createCallingProvider,
  type SignedCall,
  startCallingVendor,
} from "../servers/calling-vendor.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, type ShownJob, type User } from "./user.ts";

const base = "https://callbacks.example";
const ownToken = "the-token-of-this-operator";

let vendor: CallingVendor;
let product: Product;
let user: User;

beforeAll(async () => {
  vendor = await startCallingVendor();
  const calling = createCallingProvider(vendor);
  const { readCallback: _, ...mute } = calling;
  product = await startProduct({
    providers: [
      calling,
      { ...calling, id: "dashscope" },
      { ...mute, id: "mute" },
      { ...calling, id: "blind", readCallback: () => Promise.reject(new Error("no keys to verify with")) },
    ],
    environment: {
      ...{ CALLBACK_URL: base, TRUSTED_HOSTS: vendor.host, WELCOME_CREDITS: "1000" },
      ...{ DASHSCOPE_API_KEY: "key", DASHSCOPE_CALLBACK_TOKEN: ownToken },
    },
  });
  user = await product.register();
});
afterAll(async () => {
  await product.close();
  await vendor[Symbol.asyncDispose]();
});

interface Begun {
  job: ShownJob;
  taskId: string;
  /** Below the base path. */
  path: string;
}

/** A job whose vendor works on it. */
async function begin(provider = "calling"): Promise<Begun> {
  const known = new Set(vendor.tasks.keys());
  const job = await create(user, { prompt: "a lake", provider, model: "calling" });
  await eventually(async () => expect((await stored(job.id)).phase).toBe("waiting"));
  const [taskId = "", task] = [...vendor.tasks].find(([id]) => !known.has(id)) ?? [];
  return { job, taskId, path: pathOf(task?.callbackUrl) };
}

function pathOf(callbackUrl = ""): string {
  return callbackUrl.slice(`${base}/api/v1`.length);
}

async function stored(jobId: string) {
  const found = await readJob(product.runtime.table, { userId: user.userId, jobId });
  if (!found) throw new Error("there is no such job");
  return found.job;
}

async function send(path: string, { headers, body }: SignedCall) {
  const answer = await product.call("POST", path, {
    headers: { ...headers, "content-type": "application/octet-stream" },
    body,
  });
  return [answer.status, answer.body?.error?.type ?? answer.body?.message];
}

describe("a call of an attempt", () => {
  test("completes its job, which is paid for once and kept", async () => {
    const { job, taskId, path } = await begin();
    expect(path).toMatch(/^\/webhooks\/calling\/[\w-]{70}$/);
    vendor.finish(taskId);
    expect(await send(path, vendor.callAbout(taskId))).toEqual([200, "success"]);
    const ended = await follow(user, job.id);
    expect(ended).toMatchObject({ status: "completed", cost: 5, outputs: [{ contentType: "image/png" }] });
    await checkLedger(user);
  });

  test("ten times at once costs the vendor one question, and the user one picture", async () => {
    const { job, taskId, path } = await begin();
    vendor.finish(taskId);
    const call = vendor.callAbout(taskId);
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(path, call)));
    expect(answers).toEqual(Array.from({ length: 10 }, () => [200, "success"]));
    expect((await follow(user, job.id)).status).toBe("completed");
    expect(vendor.requests.filter((each) => each.path === `/tasks/${taskId}`).length).toBe(1);
    expect((await stored(job.id)).nudges).toBe(1);
    await checkLedger(user);
  });

  test("right behind one that told of progress is not put off", async () => {
    const { job, taskId, path } = await begin();
    expect(await send(path, vendor.callAbout(taskId, { state: "running" }))).toEqual([200, "success"]);
    vendor.finish(taskId);
    expect(await send(path, vendor.callAbout(taskId))).toEqual([200, "success"]);
    expect((await follow(user, job.id)).status).toBe("completed");
  });

  test("that comes before the answer to the start is not lost", async () => {
    const release = vendor.holdStarts();
    const known = new Set(vendor.tasks.keys());
    const job = await create(user, { prompt: "a lake", provider: "calling", model: "calling" });
    await eventually(() => expect(vendor.tasks.size).toBeGreaterThan(known.size));
    const [taskId = "", task] = [...vendor.tasks].find(([id]) => !known.has(id)) ?? [];
    vendor.finish(taskId);
    expect(await send(pathOf(task?.callbackUrl), vendor.callAbout(taskId))).toEqual([200, "success"]);
    expect((await stored(job.id)).phase).toBe("submitting");
    release();
    expect((await follow(user, job.id)).status).toBe("completed");
  });

  test("after the job has ended changes nothing of it", async () => {
    const { job, taskId, path } = await begin();
    await user.call("POST", `/jobs/${job.id}/cancel`);
    await eventually(async () => expect(await stored(job.id)).toMatchObject({ isCleaned: true, lease: null }));
    const before = await stored(job.id);
    vendor.finish(taskId);
    expect(await send(path, vendor.callAbout(taskId))).toEqual([200, "success"]);
    expect(await stored(job.id)).toEqual(before);
  });

  test("about somebody else's task changes nothing", async () => {
    const [mine, other] = [await begin(), await begin()];
    vendor.finish(other.taskId);
    expect(await send(mine.path, vendor.callAbout(other.taskId))).toEqual([200, "success"]);
    expect([(await stored(mine.job.id)).nudges, (await stored(other.job.id)).nudges]).toEqual([0, 0]);
    await Promise.all([mine, other].map(({ job }) => user.call("POST", `/jobs/${job.id}/cancel`)));
  });

  test("that is forged, too old or too large is refused, and hurries nothing", async () => {
    const { job, taskId, path } = await begin();
    const good = vendor.callAbout(taskId);
    const outcomes = [
      await send(path, vendor.callAbout(taskId, { key: "another key" })),
      await send(path, { ...good, body: good.body.replace("done", "gone") }),
      await send(path, { ...good, headers: {} }),
      await send(path, vendor.callAbout(taskId, { at: Date.now() - 600_000 })),
      await send(path, { ...good, body: "x".repeat(256 * 1024 + 1) }),
    ];
    expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => [403, "forbidden"]));
    expect(outcomes[4]).toEqual([413, "too_large"]);
    expect((await stored(job.id)).nudges).toBe(0);
    await user.call("POST", `/jobs/${job.id}/cancel`);
  });
});

describe("a call with the operator's own token", () => {
  const path = `/webhooks/dashscope/${ownToken}`;

  test("finds its job by the task, and completes it", async () => {
    const { job, taskId } = await begin("dashscope");
    vendor.finish(taskId);
    expect(await send(path, vendor.callAbout(taskId))).toEqual([200, "success"]);
    expect((await follow(user, job.id)).status).toBe("completed");
  });

  test("about a task that nobody knows is genuine, and of no matter", async () => {
    expect(await send(path, vendor.callAbout(randomUUID()))).toEqual([200, "success"]);
  });

  test("is verified as any other", async () => {
    expect(await send(path, vendor.callAbout("task", { key: "another key" }))).toEqual([403, "forbidden"]);
  });
});

test("an unknown provider, one that never calls, and a token that is not right read alike", async () => {
  const token = (await begin()).path.split("/").at(-1) ?? "";
  const answers = [];
  for (const wrong of [
    ...[`nobody/${token}`, `sketch/${token}`, `mute/${token}`, `dashscope/${token}`],
    ...[`calling/${ownToken}`, `calling/${token.slice(0, -1)}`, `calling/${token}A`, `dashscope/${ownToken}.`],
    ...["calling/%00", "calling/..%2f..%2fhealth", `calling/${"A".repeat(4000)}`],
  ]) {
    const { headers, body } = vendor.callAbout("task");
    const { status, body: said } = await product.call("POST", `/webhooks/${wrong}`, { headers, body });
    answers.push({ ...said, status, error: { ...said.error, requestId: "" } });
  }
  expect(answers[0]).toMatchObject({ status: 404, error: { type: "not_found" } });
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test("an address is given to no vendor whose calls cannot be verified, and has 300 characters at most", async () => {
  await begin("mute");
  const addresses = [...vendor.tasks.values()].map(({ callbackUrl }) => callbackUrl);
  expect(addresses.at(-1)).toBeUndefined();
  for (const address of addresses) expect((address ?? "").length).toBeLessThanOrEqual(300);
});

test("a vendor whose call cannot be verified just now is asked to call again, and not told why", async () => {
  const { job, taskId, path } = await begin("blind");
  const { headers, body } = vendor.callAbout(taskId);
  const answer = await product.call("POST", path, { headers, body });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, expect.any(String)]);
  expect(JSON.stringify(answer.body)).not.toContain("no keys");
  expect((await stored(job.id)).nudges).toBe(0);
});

test("whoever guesses is slowed, and the vendor at the same address is not", async () => {
  const { job, taskId, path } = await begin();
  await product.restart({ environment: { RATE_LIMIT_PER_MINUTE: "5" } });
  const guessed = [];
  for (let n = 0; n < 20; n++)
    guessed.push((await send(`/webhooks/calling/${"A".repeat(70)}`, vendor.callAbout("task")))[0]);
  expect(guessed.at(-1)).toBe(429);
  vendor.finish(taskId);
  for (let n = 0; n < 20; n++) expect(await send(path, vendor.callAbout(taskId))).toEqual([200, "success"]);
  await eventually(async () => expect((await stored(job.id)).outcome).toBe("completed"));
});
