// Keeping outputs: the copy, its record, and the completing write, in whatever order events, owners and crashes come.
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { type OutputRef, persistOutput, readRecords } from "../../shared/jobs/moving/persist.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Call, dying, itemPut, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, held } from "./outcomes.ts";
import { pictures, userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();

/** Runs the job in a process that dies at this call. */
async function dieAt(w: World, at: (call: Call) => "before" | "after" | null): Promise<void> {
  const dead = dying(at);
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
}

/** A job whose outputs lie in temp/ and are on the job, and whose owner has died: nothing of it is kept yet. */
async function stored(n: number, options: WorldOptions = {}) {
  const w = await open({ ...options, provider: { start: () => delivered(n), ...options.provider } });
  const { id } = await w.create({ request: pictures(n) });
  await dieAt(w, (call) => (jobPut(call)?.phase === "storing" ? "after" : null));
  const ref = (index: number, attempt = 1): OutputRef => ({ userId, jobId: id, attempt, index });
  return { w, id, ref };
}

function opened(w: World): number {
  return w.provider.calls.filter((call) => call.name === "open").length;
}

describe("A process that dies while it keeps an output", () => {
  const gaps: [string, (call: Call) => "before" | "after" | null][] = [
    ["before the copy", (call) => (objectOf(call, "copy") ? "before" : null)],
    ["between the copy and its record", (call) => (objectOf(call, "copy") ? "after" : null)],
    [
      "between the last record and the completing write",
      (call) => (itemPut(call)?.sort.startsWith("output#") ? "after" : null),
    ],
    ["between the completing write and the capture", (call) => (jobPut(call)?.phase === "ended" ? "after" : null)],
    ["between the capture and settled", (call) => (itemPut(call)?.sort === "account" ? "after" : null)],
    ["after the job was settled", (call) => (jobPut(call)?.phase === "closing" ? "after" : null)],
    ["while temp/ is tidied up", (call) => (objectOf(call, "delete") ? "after" : null)],
  ];

  it.each(gaps)("%s leaves a job that completes once, and nothing to fetch again", async (_, at) => {
    const w = await open();
    await w.create();
    await dieAt(w, at);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10"]);
    expect(opened(w)).toBe(1);
  });

  it.each(gaps)("%s reads as ended only once it is paid for", async (_, at) => {
    const w = await open();
    await w.create();
    await dieAt(w, at);
    const { holds } = await w.account();
    const status = (await w.job()).feed.at(-1)?.status;
    expect(status).toBe(["closing", "closed"].includes((await w.job()).phase) ? "completed" : "processing");
    if (status === "completed") expect(holds).toEqual([]);
  });
});

describe("An event", () => {
  it("for each output completes the job although its owner has died", async () => {
    const { w, ref } = await stored(3);
    expect(await persistOutput(w.deps, ref(1))).toBe("kept");
    expect(await persistOutput(w.deps, ref(0))).toBe("kept");
    expect((await w.job()).outcome).toBeNull();
    expect(await persistOutput(w.deps, ref(2))).toBe("kept");
    const job = await w.job();
    expect([job.phase, job.outcome, job.outputs.map((output) => output.index)]).toEqual([
      "closing",
      "completed",
      [0, 1, 2],
    ]);
  });

  it("that is ahead of the transfer's record asks to be delivered again (F15)", async () => {
    const answers: string[] = [];
    const w = await open();
    await w.create();
    const owner = w.process({
      async around(call, act) {
        const answer = await act();
        if (objectOf(call, "put")?.startsWith("temp/outputs/")) {
          answers.push(await persistOutput(w.deps, { ...keyOf(await w.job()), attempt: 1, index: 0 }));
        }
        return answer;
      },
    });
    await w.run(owner);
    expect(answers).toEqual(["again"]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("keeps an output while the others are still on their way", async () => {
    const second = held<void>();
    const w = await open({
      provider: {
        start: () => delivered(2),
        async *open(index) {
          if (index === 1) await second.ask();
          yield tinyPng;
        },
      },
    });
    const { id } = await w.create({ request: pictures(2) });
    const firstStored = Promise.withResolvers<void>();
    const owner = w.process({
      async around(call, act) {
        const answer = await act();
        if (jobPut(call)?.deliveries.some((delivery) => delivery.state === "stored")) firstStored.resolve();
        return answer;
      },
    });
    const running = w.run(owner);
    await Promise.all([second.asked, firstStored.promise]);
    expect(await persistOutput(w.deps, { userId, jobId: id, attempt: 1, index: 0 })).toBe("kept");
    expect((await w.job()).phase).toBe("transferring");
    second.answer();
    await running;
    expect((await w.job()).outputs).toHaveLength(2);
  });

  it("a hundred times in parallel leaves one record and one object (F14)", async () => {
    const { w, id, ref } = await stored(1);
    const answers = await Promise.all(Array.from({ length: 100 }, () => persistOutput(w.deps, ref(0))));
    expect(answers).toContain("kept");
    expect(answers.filter((answer) => answer !== "kept" && answer !== "dropped")).toEqual([]);
    expect(await readRecords(w.deps, { userId, jobId: id }, 1)).toHaveLength(1);
    expect(await w.objects("users/")).toHaveLength(1);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("a hundred times in as many processes, for two outputs, completes the job once", async () => {
    const { w, id, ref } = await stored(2);
    const processes = Array.from({ length: 10 }, () => w.process());
    await Promise.all(
      processes.flatMap((process) => Array.from({ length: 10 }, (_, i) => persistOutput(process, ref(i % 2)))),
    );
    expect(await readRecords(w.deps, { userId, jobId: id }, 1)).toHaveLength(2);
    expect((await w.job()).outcome).toBe("completed");
    expect((await w.account()).spent).toBe(20);
  });

  it("for an attempt that is over, a later one, an index that is not there or another job is dropped (F16)", async () => {
    const { w, id, ref } = await stored(1);
    const other = "01900000-0000-7000-8000-00000000bbbb";
    const refs = [ref(0, 2), ref(1), ref(3), { ...ref(0), jobId: other }, { ...ref(0), userId: other }];
    for (const wrong of refs) expect([wrong, await persistOutput(w.deps, wrong)]).toEqual([wrong, "dropped"]);
    expect(await readRecords(w.deps, { userId, jobId: id }, 1)).toEqual([]);
    expect(await w.objects("users/")).toEqual([]);
  });

  it("for an earlier attempt of a job that goes on is dropped", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? failing() : delivered(1)) } });
    const { id } = await w.create();
    await w.run();
    w.clock.pass(2000);
    await dieAt(w, (call) => (jobPut(call)?.phase === "storing" ? "after" : null));
    const key = tempOutputKey(userId, id, 1, 0);
    await w.store.put(key, tinyPng);
    expect(await persistOutput(w.deps, { userId, jobId: id, attempt: 1, index: 0 })).toBe("dropped");
    await w.store.delete(key);
  });

  it("for an attempt that has failed is dropped, although no other one has begun yet", async () => {
    const w = await open({ provider: { start: () => delivered(1) } });
    const { id } = await w.create({ request: pictures(2) });
    await w.run();
    expect([(await w.job()).phase, (await w.job()).deliveries.map((delivery) => delivery.state)]).toEqual([
      "queued",
      ["stored"],
    ]);
    expect(await persistOutput(w.deps, { userId, jobId: id, attempt: 1, index: 0 })).toBe("dropped");
  });

  it("for a job that is closed is dropped", async () => {
    const { w, ref } = await stored(1);
    await w.rest();
    const before = await w.job();
    expect(await persistOutput(w.deps, ref(0))).toBe("dropped");
    expect(await w.job()).toEqual(before);
  });
});

describe("An object in temp/", () => {
  it("that has vanished is transferred again", async () => {
    const { w, id, ref } = await stored(2);
    await w.store.delete(tempOutputKey(userId, id, 1, 1));
    expect(await persistOutput(w.deps, ref(1))).toBe("missing");
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.attempt, job.outputs.length]).toEqual(["completed", 1, 2]);
    expect(opened(w)).toBe(3);
  });

  it("that has vanished after it was copied is not missed", async () => {
    const { w, id } = await stored(1);
    w.clock.pass(15_000);
    await dieAt(w, (call) => (objectOf(call, "copy") ? "after" : null));
    await w.store.delete(tempOutputKey(userId, id, 1, 0));
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(opened(w)).toBe(1);
  });

  it("that was replaced by another file is not trusted: what is kept is what the provider delivered", async () => {
    const { w, id, ref } = await stored(1);
    const [delivery] = (await w.job()).deliveries;
    const sha256 = delivery?.state === "stored" ? delivery.sha256 : null;
    await w.store.put(tempOutputKey(userId, id, 1, 0), otherPng());
    expect(await persistOutput(w.deps, ref(0))).not.toBe("kept");
    expect(await w.objects("users/")).toEqual([]);
    await w.rest();
    expect((await w.job()).outputs.map((output) => output.sha256)).toEqual([sha256]);
  });

  it("that was replaced by the same bytes again is as good as before", async () => {
    const { w, id } = await stored(1);
    await w.store.put(tempOutputKey(userId, id, 1, 0), tinyPng);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("The place of an output", () => {
  it("is named after its attempt's start and what the bytes are", async () => {
    const { w, id } = await stored(1);
    await w.rest();
    const job = await w.job();
    expect(job.outputs[0]?.key).toBe(`users/${userId}/jobs/${id}/image-${job.attemptAt}-0.png`);
  });

  it("that holds another file already stops the job from completing with it, and the credits go back", async () => {
    const { w, id } = await stored(1);
    const { attemptAt } = await w.job();
    await w.store.put(`users/${userId}/jobs/${id}/image-${attemptAt}-0.png`, otherPng());
    await w.rest();
    expect((await w.job()).outcome).toBe("failed");
  });
});

describe("A look at a job that waits to be kept", () => {
  it("finds it completed meanwhile by events, and only tidies up", async () => {
    const { w, ref } = await stored(1);
    w.clock.pass(15_000);
    const events: string[] = [];
    const owner = w.process({
      async around(call, act) {
        if (objectOf(call, "copy")) events.push(await persistOutput(w.deps, ref(0)));
        return act();
      },
    });
    await w.run(owner);
    expect(events).toEqual(["kept"]);
    const job = await w.job();
    expect([job.phase, job.outcome]).toEqual(["closed", "completed"]);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });
});

/** Another whole picture, of another length. */
function otherPng(): Uint8Array {
  const text = Buffer.from("tEXtnote\0other", "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length - 4);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(text));
  const end = tinyPng.length - 12;
  return Buffer.concat([tinyPng.subarray(0, end), length, text, crc, tinyPng.subarray(end)]);
}
