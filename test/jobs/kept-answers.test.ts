// An answer that holds the files itself: what was kept of it is never asked for a second time, whoever dies and whatever broke.
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { CallContext, StartOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { pictures } from "./request.ts";
import type { Script } from "./scripted-provider.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();

async function* whole(): AsyncGenerator<Uint8Array> {
  yield tinyPng.subarray(0, 20);
  yield tinyPng.subarray(20);
}

async function* cut(): AsyncGenerator<Uint8Array> {
  yield tinyPng.subarray(0, 20);
  throw new Error("the connection broke");
}

async function keepAll(context: CallContext | undefined, files: AsyncIterable<Uint8Array>[]): Promise<StartOutcome> {
  if (!context?.keep) throw new Error("a start is given somebody who keeps");
  for (const [index, file] of files.entries()) await context.keep(index, file);
  return { state: "succeeded", sources: files.map(() => ({ kind: "kept" })) };
}

/** Takes its time over a start, cannot be asked about it, and answers with these files. */
function answering(...files: (() => AsyncIterable<Uint8Array>)[]): Script {
  return {
    lostSubmit: "never",
    isSynchronous: true,
    start: (_, __, call) =>
      keepAll(
        call?.context,
        files.map((file) => file()),
      ),
  };
}

function startsOf(w: World): number {
  return w.provider.calls.filter(({ name }) => name === "start").length;
}

const tempOf = (w: World) => w.objects("temp/outputs/");

describe("An answer that was kept", () => {
  it("is an output without anything being fetched", async () => {
    const w = await open({ provider: answering(whole, whole) });
    await w.create({ request: pictures(2) });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs.length, startsOf(w)]).toEqual(["completed", 2, 1]);
    expect(w.provider.calls.map(({ name }) => name)).toEqual(["start"]);
    expect(await w.bookings()).toEqual(["charge -20"]);
    expect(await tempOf(w)).toEqual([]);
  });

  it("is found when its owner died before the job was written", async () => {
    const w = await open({ provider: answering(whole, whole) });
    await w.create({ request: pictures(2) });
    const dead = dying((call) => (jobPut(call)?.phase === "transferring" ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), (await w.job()).phase, (await tempOf(w)).length]).toEqual([true, "submitting", 2]);
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs.length, job.attempt, startsOf(w)]).toEqual(["completed", 2, 1, 1]);
    expect(job.uncertain).toEqual([]);
    expect(await w.bookings()).toEqual(["charge -20"]);
  });

  it("is found when its owner died right after the file was put", async () => {
    const w = await open({ provider: answering(whole) });
    await w.create();
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), (await w.job()).phase]).toEqual([true, "submitting"]);
    await w.rest();
    expect([(await w.job()).outcome, startsOf(w)]).toEqual(["completed", 1]);
  });

  it("in part, when its owner died between two files, is what the user gets and pays for", async () => {
    const w = await open({ provider: answering(whole, whole) });
    await w.create({ request: pictures(2) });
    let puts = 0;
    const dead = dying((call) =>
      objectOf(call, "put")?.startsWith("temp/outputs/") && ++puts === 2 ? "before" : null,
    );
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), (await tempOf(w)).length]).toEqual([true, 1]);
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs.length, startsOf(w)]).toEqual(["completed", 1, 1]);
    expect(await w.bookings()).toEqual(["charge -20", "refund 10"]);
  });

  it("of nothing at all, when its owner died before the first file, leaves the round uncertain and refunded", async () => {
    const w = await open({ provider: answering(whole) });
    const { id } = await w.create();
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.uncertain]).toEqual(["failed", "provider_unknown", [`${id}-1`]]);
    expect([startsOf(w), await w.bookings()]).toEqual([1, ["charge -10", "refund 10"]]);
  });
});

describe("An answer that the store breaks off with", () => {
  it.each([0, 1])("after %i of its pieces is let go of, as a web stream too", async (pieces) => {
    const ended: string[] = [];
    const answer = () => {
      const chunks = whole();
      return new ReadableStream<Uint8Array>(
        {
          async pull(stream) {
            const { value, done } = await chunks.next();
            if (done) stream.close();
            else stream.enqueue(value);
          },
          cancel: () => void ended.push("cancelled"),
        },
        { highWaterMark: 0 },
      );
    };
    const w = await open({ provider: answering(answer) });
    await w.create();
    const full = w.process({
      async around(call, act) {
        if (!objectOf(call, "put")?.startsWith("temp/outputs/")) return act();
        const reading = (call.args[1] as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
        for (let piece = 0; piece < pieces; piece++) await reading.next();
        throw new AppError("unavailable");
      },
    });
    await w.run(full).catch(() => undefined);
    expect(ended).toEqual(["cancelled"]);
  });
});

describe("An answer that breaks off", () => {
  it("after a whole file gives that one, and nothing is asked for again", async () => {
    const w = await open({ provider: answering(whole, cut) });
    await w.create({ request: pictures(2) });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs.length, startsOf(w), job.uncertain]).toEqual(["completed", 1, 1, []]);
    expect(await w.bookings()).toEqual(["charge -20", "refund 10"]);
    expect(await tempOf(w)).toEqual([]);
  });

  it("within its first file keeps nothing of it: uncertain and refunded", async () => {
    const w = await open({ provider: answering(cut) });
    await w.create();
    await w.run();
    expect(await tempOf(w)).toEqual([]);
    await w.rest();
    const job = await w.job();
    expect([job.error?.type, startsOf(w), await w.bookings()]).toEqual([
      "provider_unknown",
      1,
      ["charge -10", "refund 10"],
    ]);
  });

  it("because a later file is too large gives the earlier ones", async () => {
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 3; sent++) yield Buffer.alloc(100);
    }
    const w = await open({ provider: answering(whole, large), settings: { maxOutputBytes: 200 } });
    await w.create({ request: pictures(2) });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs.length, startsOf(w)]).toEqual(["completed", 1, 1]);
  });

  it("because its only file is too large is tried again as often as any output that is none", async () => {
    const w = await open({ provider: answering(whole), settings: { maxOutputBytes: 10 } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.attempt]).toEqual(["failed", "invalid_output", job.maxAttempts]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("What was kept", () => {
  it("and is no picture is a failed attempt; the next one keeps its own", async () => {
    async function* page(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("<html>out of order</html>");
    }
    const files = [page, whole];
    const w = await open({
      provider: { ...answering(), start: (count, _, call) => keepAll(call?.context, [(files[count] ?? whole)()]) },
    });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.attempt, startsOf(w)]).toEqual(["completed", 2, 2]);
    expect(await tempOf(w)).toEqual([]);
  });

  it("by an owner before this one stays as it is, when both bring the answer", async () => {
    const w = await open({
      provider: {
        ...answering(),
        lostSubmit: "restart",
        start: (_, __, call) => keepAll(call?.context, [whole()]),
      },
    });
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "transferring" ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const [before] = await tempOf(w);
    await w.run();
    await w.rest();
    expect(before).toBeDefined();
    expect([(await w.job()).outcome, startsOf(w)]).toEqual(["completed", 1]);
  });

  it("of a job that was cancelled meanwhile is removed, and nothing is paid", async () => {
    const { cancelJob } = await import("../../shared/jobs/asking/cancel.ts");
    const w = await open({
      provider: {
        ...answering(),
        async start(_, __, call) {
          const { userId, id: jobId } = await w.job();
          await cancelJob(w.deps, { userId, jobId });
          return keepAll(call?.context, [whole()]);
        },
      },
    });
    await w.create();
    await w.run().catch(() => undefined);
    await w.rest();
    expect([(await w.job()).outcome, await tempOf(w)]).toEqual(["cancelled", []]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("is not given up because the store fails once: the answer is uncertain, and the credits are back", async () => {
    const w = await open({ provider: answering(whole) });
    await w.create();
    const failing = w.process({
      async around(call, act) {
        if (objectOf(call, "put")?.startsWith("temp/outputs/")) throw new AppError("unavailable");
        return act();
      },
    });
    await w.run(failing);
    await w.rest();
    const job = await w.job();
    expect([job.error?.type, startsOf(w), await w.bookings()]).toEqual([
      "provider_unknown",
      1,
      ["charge -10", "refund 10"],
    ]);
  });
});
