// Inputs of a generation: brought into the store before the first attempt, checked, kept for as long as the job may need them.
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import type { JobInput } from "../../shared/jobs/job.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { uploadKey } from "../../shared/media/keys.ts";
import { picture } from "../providers/picture.ts";
import { never, type World, type WorldOptions, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { failing, running, started } from "./outcomes.ts";
import { userId } from "./request.ts";
import { type StartCall, succeeded } from "./scripted-provider.ts";
import { broken, cut, text, whole } from "./sources.ts";
import { tinyPng } from "./tiny-png.ts";

const openWorld = worlds();
const day = 24 * 60 * 60_000;

const url = "https://example.com/lake.png";
const fetched: JobInput = { origin: { url }, file: null };
const sent = { origin: { data: "image/png" }, file: null, bytes: tinyPng };
const upload = "01900000-0000-7000-8000-00000000cccc";
const uploaded: JobInput = {
  origin: { uploadId: upload },
  file: {
    ...picture,
    ...{ key: uploadKey(userId, upload, "png"), size: tinyPng.length, contentType: "image/png", width: 1, height: 1 },
  },
};

type Answer = () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;

/** A world with an address that answers as it is told, by how often it was asked before. */
async function open(answers: Answer[] = [whole], options: WorldOptions = {}) {
  const seen: StartCall[] = [];
  const urls: string[] = [];
  const fetchSource: JobDeps["fetchSource"] = async (source) => {
    const answer = answers[Math.min(urls.length, answers.length - 1)] ?? whole;
    urls.push(source.url);
    return { body: await answer(), contentLength: null };
  };
  const { start } = options.provider ?? {};
  const provider = {
    ...options.provider,
    start: (count: number, reference: string, call: StartCall) => {
      seen.push(call);
      return start?.(count, reference, call) ?? succeeded;
    },
  };
  const w = await openWorld({ ...options, fetchSource, provider });
  return Object.assign(w, { seen, urls });
}

async function keysBelow(w: World, prefix: string): Promise<string[]> {
  return (await w.objects(prefix)).map(({ key }) => key.split("/").at(-1) ?? "");
}

const refused = () => Promise.reject(new AppError("fetch_refused"));
const gone = () => Promise.reject(new AppError("fetch_failed", { onlyElsewhere: true }));
const unreachable = () => Promise.reject(new AppError("fetch_failed"));

describe("Before an attempt", () => {
  it("an input is fetched and kept, and the provider gets its place, its bytes and its URL", async () => {
    const bytes: Buffer[] = [];
    const urls: (string | undefined)[] = [];
    const w = await open([whole], {
      provider: {
        async start(_, __, call) {
          const input = await call?.context.inputs?.open(0);
          if (input) bytes.push(await buffer(input));
          urls.push(await call?.context.inputs?.url(0));
          return succeeded;
        },
      },
    });
    const { id } = await w.create({ inputs: [fetched] });
    await w.run();
    const key = `users/${userId}/jobs/${id}/input-0.png`;
    const sha256 = createHash("sha256").update(tinyPng).digest("hex");
    const file = { ...picture, key, size: tinyPng.length, sha256, contentType: "image/png", width: 1, height: 1 };
    expect(w.seen[0]?.request.inputs).toEqual([file]);
    expect(bytes[0]?.equals(tinyPng)).toBe(true);
    expect(urls).toEqual([await w.store.url(key)]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("what came with the request, what was uploaded and what was fetched are there in the order of the request", async () => {
    const w = await open();
    await w.create({ inputs: [sent, fetched, sent] });
    await w.run();
    const names = w.seen[0]?.request.inputs?.map(({ key }) => key.split("/").at(-1));
    expect(names).toEqual(["input-0.png", "input-1.png", "input-2.png"]);
    expect(w.urls).toEqual([url]);
  });

  it("an upload is used where it lies, and stays there", async () => {
    const w = await openWorld({ isBare: true });
    await w.store.put(uploaded.file?.key ?? "", tinyPng);
    await w.create({ inputs: [uploaded] });
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(await keysBelow(w, `users/${userId}/uploads/`)).toEqual([`${upload}.png`]);
  });

  it("an upload that is gone fails the job in words, and nobody was asked", async () => {
    const w = await open();
    await w.create({ inputs: [uploaded] });
    await w.rest();
    const { outcome, error, attempt } = await w.job();
    expect([outcome, attempt, w.seen.length]).toEqual(["failed", 1, 0]);
    expect(error).toMatchObject({ type: "fetch_failed", retryable: false });
    expect(error?.message).toContain("Input 1");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it.each([
    ["fetch_refused", refused, 1],
    ["fetch_failed", unreachable, 3],
    ["fetch_failed", broken, 3],
    ["invalid_output", cut, 3],
    ["invalid_output", text, 1],
    ["fetch_failed", gone, 1],
  ] as const)(
    "what cannot be had fails the job as %s (%o), with its credits back, and nobody was asked",
    async (type, answer, attempts) => {
      const w = await open([answer]);
      await w.create({ inputs: [fetched] });
      await w.rest();
      const { outcome, error, attempt } = await w.job();
      expect([outcome, error?.type, attempt, w.urls.length]).toEqual(["failed", type, attempts, attempts]);
      expect(error?.message).toMatch(/^Input 1: .{10}/);
      expect([w.seen, await w.bookings(), await w.objects("")]).toEqual([[], ["charge -10", "refund 10"], []]);
    },
  );

  it("a server that fails once is asked again, and the inputs that are kept by then are not", async () => {
    const w = await open([whole, unreachable, whole]);
    await w.create({ inputs: [fetched, fetched] });
    await w.rest();
    expect([(await w.job()).outcome, w.urls.length, w.seen.length]).toEqual(["completed", 3, 1]);
  });

  it("an attempt that follows finds them in the store: nothing is fetched twice", async () => {
    const w = await open([whole], { provider: { start: (n) => (n < 2 ? failing({ retryable: true }) : succeeded) } });
    await w.create({ inputs: [fetched] });
    await w.rest();
    expect([(await w.job()).outcome, w.urls.length, w.seen.length]).toEqual(["completed", 1, 3]);
  });

  it("a cancelled job is not fetched for, and nobody is asked", async () => {
    const w = await open([
      async () => {
        await cancelJob(w.deps, keyOf(await w.job()));
        return whole();
      },
    ]);
    await w.create({ inputs: [fetched] });
    await w.run();
    await w.rest();
    expect([(await w.job()).outcome, w.seen]).toEqual(["cancelled", []]);
  });

  it("a cancelled job whose pictures are taken away under its owner's hands is no defect", async () => {
    const w = await open();
    await w.create({ inputs: [sent] });
    let isCancelled = false;
    const owner = w.process({
      async around(call, act) {
        if (objectOf(call, "copy") !== null && !isCancelled) {
          isCancelled = true;
          await cancelJob(w.deps, keyOf(await w.job()));
          await w.run();
        }
        return act();
      },
    });
    await w.run(owner);
    await w.rest();
    expect([isCancelled, (await w.job()).outcome, w.seen, w.log]).toEqual([true, "cancelled", [], []]);
    expect(await w.objects("")).toEqual([]);
  });

  it("a timer leaves what has to be fetched to run-job, as it does with every long step", async () => {
    const w = await open();
    const job = await w.create({ inputs: [fetched] });
    w.clock.pass(11_000);
    await advance(w.deps, keyOf(job), { by: "tick", signal: never });
    expect([w.urls, (await w.job()).tickets]).toEqual([[], 2]);
  });
});

describe("When it is over", () => {
  it("a completed or cancelled job leaves nothing of its inputs", async () => {
    const w = await open([whole], { provider: { start: () => started("T1"), check: () => running() } });
    const job = await w.create({ inputs: [fetched, sent] });
    await w.run();
    expect(await keysBelow(w, `users/${userId}/jobs/${job.id}/`)).toEqual(["input-0.png", "input-1.png"]);
    await cancelJob(w.deps, keyOf(job));
    await w.rest();
    expect(await w.objects("")).toEqual([]);
  });

  it("a failed job keeps them: a retry after days works on the very same pictures", async () => {
    const w = await open([whole, refused], {
      startsAt: Date.now(),
      provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : succeeded) },
    });
    const job = await w.create({ inputs: [fetched, sent] });
    await w.rest();
    w.clock.pass(3 * day);
    await purgeTemp(w.deps, never);
    await retryJob(w.deps, keyOf(job));
    await w.rest();
    expect([(await w.job()).outcome, w.urls.length]).toEqual(["completed", 1]);
    expect(w.seen[1]?.request.inputs).toEqual(w.seen[0]?.request.inputs);
  });

  it("a retry whose picture came with the request, and was purged before any attempt had it, says so", async () => {
    const w = await open([refused, whole], { startsAt: Date.now() });
    const job = await w.create({ inputs: [fetched, sent] });
    await w.rest();
    w.clock.pass(2 * day);
    await purgeTemp(w.deps, never);
    await retryJob(w.deps, keyOf(job));
    await w.rest();
    const { outcome, error } = await w.job();
    expect([outcome, error?.type, w.seen]).toEqual(["failed", "fetch_failed", []]);
    expect(error?.message).toMatch(/^Input 2: It came with the request.*Make a new job/);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10", "charge -10", "refund 10"]);
  });
});

describe("A process that dies", () => {
  /** Every call of its ports, before and after it, until it would have come to its end. */
  it("at any call leaves a job that ends well: kept, paid for once, its inputs taken away", async () => {
    const outcomes: string[] = [];
    for (const moment of ["before", "after"] as const) {
      for (let nth = 1, isDone = false; !isDone; nth++) {
        const w = await open();
        await w.create({ inputs: [fetched, sent] });
        let calls = 0;
        const dead = dying(() => (++calls === nth ? moment : null));
        await w.run(w.process({ around: dead.around })).catch(() => undefined);
        isDone = !dead.isDead();
        await w.rest();
        const { outcome, attempt } = await w.job();
        const left = (await w.objects("")).filter(({ key }) => key.includes("input"));
        outcomes.push(`${outcome} ${attempt <= 2} ${w.urls.length <= 2} ${left.length} ${await w.bookings()}`);
      }
    }
    expect(outcomes.length).toBeGreaterThan(40);
    expect([...new Set(outcomes)]).toEqual(["completed true true 0 charge -10"]);
  });

  it("after it had fetched leaves the file to its successor, which does not fetch again", async () => {
    const w = await open();
    await w.create({ inputs: [fetched] });
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/inputs/") ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    await w.rest();
    expect([(await w.job()).outcome, w.urls.length]).toEqual(["completed", 1]);
  });

  it("while it fetches for a provider that cannot be asked again spends nothing: nobody had been called", async () => {
    const w = await open([whole], { provider: { lostSubmit: "never" } });
    await w.create({ inputs: [fetched] });
    const dead = dying((call) => (jobPut(call)?.inputs?.[0]?.file ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await w.rest();
    const { outcome, attempt, uncertain } = await w.job();
    expect([outcome, attempt, uncertain]).toEqual(["completed", 1, []]);
  });
});
