// Transferring what the provider delivered: into temp/, once, and checked on the way.
import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, running, started } from "./outcomes.ts";
import { pictures } from "./request.ts";
import { broken, cut, text, whole } from "./sources.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();

function count(w: World, name: string): number {
  return w.provider.calls.filter((call) => call.name === name).length;
}

describe("Before the first byte moves", () => {
  it("what the attempt delivers is on the job, and cancelling is too late", async () => {
    const phases: string[] = [];
    const refusals: unknown[] = [];
    const w = await open({
      provider: {
        start: () => delivered(2),
        async *open() {
          const job = await w.job();
          phases.push(`${job.phase} ${job.deliveries.map((delivery) => delivery.state)}`);
          refusals.push(await cancelJob(w.deps, keyOf(job)).catch((error) => (error as AppError).type));
          yield tinyPng;
        },
      },
    });
    await w.create({ request: pictures(2) });
    await w.run();
    expect(phases[0]).toBe("transferring waiting,waiting");
    expect(refusals).toEqual(["too_late", "too_late"]);
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A source", () => {
  it("that breaks off is asked for again with a fresh status, and that is no failed attempt", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: () => delivered(1),
        open: () => (count(w, "open") < 2 ? broken() : whole()),
      },
    });
    await w.create();
    await w.rest();
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start", "check", "open", "check", "open"]);
    const job = await w.job();
    expect([job.outcome, job.attempt]).toEqual(["completed", 1]);
  });

  it("is asked for afresh only once; then the attempt has failed", async () => {
    const w = await open({ provider: { start: (n) => started(`T${n + 1}`), open: () => broken() } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.attempt]).toEqual(["failed", "fetch_failed", 3]);
    expect(count(w, "check")).toBe(6);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("that comes as fresh as it was is transferred again only where it failed", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: () => delivered(3),
        open: (index) => (index === 1 && count(w, "check") === 1 ? broken() : whole()),
      },
    });
    await w.create({ request: pictures(3) });
    await w.rest();
    expect(count(w, "open")).toBe(4);
    expect((await w.job()).outputs).toHaveLength(3);
  });

  it("that still is not there when asked afresh is waited for", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: (n) => (n === 1 ? running() : delivered(1)),
        open: () => (count(w, "check") === 1 ? broken() : whole()),
      },
    });
    await w.create();
    await w.rest();
    expect([count(w, "start"), count(w, "check")]).toEqual([1, 3]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("of a provider without tasks that breaks off is a failed attempt", async () => {
    const w = await open({ provider: { open: () => (count(w, "open") < 2 ? broken() : whole()) } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.attempt]).toEqual(["completed", 2]);
  });

  it("that could not be had does not keep the user from cancelling the next attempt", async () => {
    const w = await open({
      provider: { start: (n) => started(`T${n + 1}`), check: () => delivered(1), open: () => broken() },
    });
    const key = keyOf(await w.create());
    for (let phase = ""; phase !== "queued"; phase = (await w.job()).phase) {
      w.clock.moveTo((await w.job()).dueAt ?? 0);
      await w.run();
    }
    expect((await cancelJob(w.deps, key)).outcome).toBe("cancelled");
  });

  it.each([
    ["a page of text", text],
    ["half a picture", cut],
  ])("that yields %s is not taken for an output", async (_, source) => {
    const w = await open({ provider: { open: source } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type]).toEqual(["failed", "invalid_output"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("larger than may be kept is refused, and the credits are given back", async () => {
    const w = await open({ settings: { maxOutputBytes: 20 } });
    await w.create();
    await w.rest();
    expect((await w.job()).error?.type).toBe("invalid_output");
  });

  it("behind a URL is fetched with what the provider said of it", async () => {
    const source = { kind: "url", url: "https://cdn.example/1.png", headers: { "x-key": "k" } } as const;
    const fetched: unknown[] = [];
    const w = await open({
      provider: { start: () => ({ state: "succeeded", sources: [source] }) },
      fetchSource: async (wanted, { reference }) => {
        fetched.push([wanted, reference]);
        return { body: whole(), contentLength: tinyPng.length };
      },
    });
    const { id } = await w.create();
    await w.run();
    expect(fetched).toEqual([[source, `${id}-1`]]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("that announced more bytes than came is not kept", async () => {
    const w = await open({
      provider: { start: () => ({ state: "succeeded", sources: [{ kind: "url", url: "https://cdn.example/1.png" }] }) },
      fetchSource: async () => ({ body: whole(), contentLength: tinyPng.length + 1 }),
    });
    await w.create();
    await w.rest();
    expect((await w.job()).error?.type).toBe("fetch_failed");
  });

  const ways: [string, (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>][] = [
    ["", (body) => body],
    [" as a web stream", (body) => ReadableStream.from(body)],
  ];
  it.each(ways)("that falls silent%s counts as broken off after half a minute (F36)", async (_, as) => {
    const asked = Promise.withResolvers<void>();
    async function* halting(): AsyncGenerator<Uint8Array> {
      yield tinyPng.subarray(0, 10);
      if (count(w, "open") > 1) return yield tinyPng.subarray(10);
      asked.resolve();
      await new Promise(() => {});
    }
    const w = await open({
      provider: { start: () => started("T1"), check: () => delivered(1), open: () => as(halting()) },
    });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    const running = w.run();
    await asked.promise;
    await nextTurn();
    w.clock.pass(30_000);
    await running;
    const job = await w.job();
    expect([job.phase, job.isRefreshed, job.looks]).toEqual(["waiting", true, 0]);
    await w.rest();
    expect((await w.job()).attempt).toBe(1);
  });

  it("that stalls for ever holds nobody once its owner has to stop", async () => {
    const asked = Promise.withResolvers<void>();
    const w = await open({
      provider: {
        async *open() {
          yield tinyPng.subarray(0, 10);
          if (count(w, "open") > 1) return yield tinyPng.subarray(10);
          asked.resolve();
          await new Promise(() => {});
        },
      },
    });
    const key = keyOf(await w.create());
    const stop = new AbortController();
    const owner = advance(w.deps, key, { by: "run-job", signal: stop.signal });
    await asked.promise;
    stop.abort(new Error("the machine shuts down"));
    await owner;
    expect((await w.job()).lease).toBeNull();
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A process that dies", () => {
  it("after an object was put and before it is on the job leaves nothing to fetch again", async () => {
    const w = await open();
    await w.create();
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const { userId, id } = await w.job();
    expect(await w.store.head(tempOutputKey(userId, id, 1, 0))).not.toBeNull();
    w.clock.pass(15_000);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
    expect(count(w, "open")).toBe(1);
  });

  it("after the provider's success was written, in a claim of its own, leaves nothing to fetch again", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(count(w, "open")).toBe(1);
  });

  it("in the middle of a file leaves none, and the next one transfers it whole", async () => {
    const w = await open({
      provider: {
        async *open() {
          yield tinyPng.subarray(0, 10);
          if (count(w, "open") === 1) await nextTurn();
          yield tinyPng.subarray(10);
        },
      },
    });
    await w.create();
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect(await w.objects("temp/outputs/")).toEqual([]);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("with one of three outputs on the job transfers only the other two again", async () => {
    const w = await open({ provider: { start: () => delivered(3) } });
    await w.create({ request: pictures(3) });
    const dead = dying((call) => {
      const stored = jobPut(call)?.deliveries.filter((delivery) => delivery.state === "stored").length;
      return stored === 1 ? "after" : null;
    });
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect((await w.job()).deliveries.filter((delivery) => delivery.state === "stored")).toHaveLength(1);
    for (const { key } of await w.objects("temp/outputs/")) if (!key.endsWith("-0")) await w.store.delete(key);
    const opened = count(w, "open");
    await w.rest();
    expect((await w.job()).outputs).toHaveLength(3);
    expect(count(w, "open")).toBe(opened + 2);
  });
});

describe("The store", () => {
  it("that fails is tried again, which is neither a failed attempt nor a failed source", async () => {
    let failures = 3;
    const w = await open();
    await w.create();
    const shaky = w.process({
      async around(call, act) {
        if (objectOf(call, "put")?.startsWith("temp/outputs/") && failures-- > 0) throw new AppError("unavailable");
        return act();
      },
    });
    for (let i = 0; i < 4; i++) {
      w.clock.moveTo((await w.job()).dueAt ?? 0);
      await w.run(shaky);
    }
    const job = await w.job();
    expect([job.outcome, job.attempt]).toEqual(["completed", 1]);
  });

  it.each(["refuses it", "has it already"])("that %s and reads nothing leaves no source open", async (what) => {
    const sources: Readable[] = [];
    const w = await open({
      provider: {
        open() {
          const source = Readable.from(whole());
          sources.push(source);
          return source;
        },
      },
    });
    await w.create();
    let isFirst = true;
    const unread = w.process({
      async around(call, act) {
        if (!objectOf(call, "put")?.startsWith("temp/outputs/") || !isFirst) return act();
        isFirst = false;
        if (what === "refuses it") throw new AppError("unavailable");
        await w.store.put(String(call.args[0]), tinyPng);
        return null;
      },
    });
    await w.run(unread);
    expect(sources.map(({ destroyed, readableDidRead }) => [destroyed, readableDidRead])).toEqual([[true, false]]);
  });

  it("that stays full is waited for until the deadline, and the credits are given back (F43)", async () => {
    const w = await open();
    const { deadlineAt } = await w.create();
    const full = w.process({
      async around(call, act) {
        if (objectOf(call, "put")?.startsWith("temp/outputs/")) throw new AppError("storage_full");
        return act();
      },
    });
    for (let looks = 0; (await w.job()).outcome === null && looks < 200; looks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.run(full);
    }
    expect((await w.job()).error?.type).toBe("deadline_exceeded");
    expect(w.clock.now()).toBe(deadlineAt);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("that breaks the same way each time is a defect of ours: the job is given up long before its deadline", async () => {
    const w = await open();
    const { deadlineAt } = await w.create();
    const defect = w.process({
      async around(call, act) {
        if (objectOf(call, "put")?.startsWith("temp/outputs/")) throw new TypeError("undefined is not a function");
        return act();
      },
    });
    for (let looks = 0; (await w.job()).outcome === null && looks < 20; looks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.run(defect);
    }
    expect((await w.job()).error?.type).toBe("internal");
    expect(w.clock.now()).toBeLessThan(deadlineAt);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("A provider that is gone while it works", () => {
  it("may come back: until the deadline the job waits for it, and is then given back", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    const { deadlineAt } = await w.create();
    await w.run();
    const gone = { ...w.deps, providers: new Map() };
    for (let looks = 0; (await w.job()).outcome === null && looks < 100; looks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.tick(gone);
    }
    expect((await w.job()).error?.type).toBe("deadline_exceeded");
    expect(w.clock.now()).toBe(deadlineAt);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});
