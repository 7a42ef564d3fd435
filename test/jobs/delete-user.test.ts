// What becomes of all that a user has when they are deleted: in every phase of a job, against every interruption.
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { codeItem, readCode, redeemCode } from "../../shared/credits/codes.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import type { Outcome, Phase } from "../../shared/jobs/states.ts";
import { continueDeletion, LAST_SWEEP_AFTER_MS } from "../../shared/jobs/timers/delete-user.ts";
import { prefixesOfUser, tempInputKey, tempUploadKey, uploadKey } from "../../shared/media/keys.ts";
import { createUpload } from "../../shared/uploads/create-upload.ts";
import { readSecrets } from "../../shared/webhooks/secret.ts";
import { checkGone, email, itemsOf, personal, register, remove, word } from "./deleting.ts";
import { never, type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Around, dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, running, started } from "./outcomes.ts";
import { userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const openBare = worlds();
const HOUR = 60 * 60_000;

async function open(options: WorldOptions = {}): Promise<World> {
  const w = await openBare({ isBare: true, ...options });
  await register(w);
  return w;
}

const waiting = { start: (n: number) => started(`task-${n}`, 60_000), check: () => running(undefined, 60_000) };

/** A job whose owner died right after it had brought the job into this phase. */
async function stopIn(w: World, phase: Phase): Promise<void> {
  const key = keyOf(await w.create(personal()));
  if (phase === "queued") return;
  const dead = dying((call) => (jobPut(call)?.phase === phase ? "after" : null));
  await w.run(w.process({ around: dead.around }), key).catch(() => undefined);
  expect((await w.job(key)).phase).toBe(phase);
}

function typeOf(refused: Promise<unknown>): Promise<unknown> {
  return refused.then(
    () => "taken",
    (error) => (error instanceof AppError ? error.type : error),
  );
}

describe("A deleted user's jobs", () => {
  it.each(["queued", "submitting", "transferring", "storing"] as const)(
    "%s: it is cancelled and given back, and nothing of it is left but its numbers",
    async (phase) => {
      const w = await open({ provider: { start: () => delivered(1) } });
      await stopIn(w, phase);
      await remove(w.deps);
      await w.rest();
      expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
      expect((await w.job()).outcome).toBe("cancelled");
      await checkGone(w);
    },
  );

  it("waiting at the provider: it is cancelled there too", async () => {
    const w = await open({ provider: waiting });
    await stopIn(w, "waiting");
    await remove(w.deps);
    await w.rest();
    expect(w.provider.calls.map(({ name, task }) => [name, task])).toEqual([
      ["start", undefined],
      ["cancel", "task-0"],
    ]);
    expect(await w.job()).toMatchObject({ providerCancel: "done", task: null, taskIds: [] });
    await checkGone(w);
  });

  it("waiting at the provider: nothing counts as swept before the provider has heard of the end", async () => {
    const w = await open({ provider: waiting });
    await stopIn(w, "waiting");
    await remove(w.deps);
    for (let i = 0; i < 3; i++) {
      await continueDeletion(w.deps, userId, never);
      w.clock.pass(6000);
    }
    const { deletion } = await w.account();
    expect([w.provider.calls.length, (await w.job()).phase, deletion?.sweptAt]).toEqual([1, "closing", null]);
    await w.rest();
    await checkGone(w);
  });

  it.each(["ended", "closing"] as const)("%s, completed: it stays paid for, and its outputs go", async (phase) => {
    const w = await open();
    await stopIn(w, phase);
    await remove(w.deps);
    await w.rest();
    expect([await w.bookings(), (await w.job()).captured]).toEqual([["charge -10"], 10]);
    await checkGone(w);
  });

  it("of every kind together: the ledger adds up afterwards, over many lines", async () => {
    const w = await open({
      credits: 500,
      provider: {
        start: (n) =>
          [delivered(1), failing({ retryable: false, message: word }), started("t", 60_000)][n % 3] ?? failing(),
        check: () => running(undefined, 60_000),
      },
    });
    for (let i = 0; i < 15; i++) await w.run(w.deps, keyOf(await w.create(personal())));
    await w.create(personal());
    expect(JSON.stringify(await itemsOf(w.table))).toContain(word);
    const before = await w.bookings();
    await remove(w.deps);
    await w.rest();
    expect((await w.bookings()).slice(0, before.length)).toEqual(before);
    expect((await w.jobs()).map(({ outcome }) => outcome?.[0]).join("")).toBe("cfccfccfccfccfcc");
    expect((await w.account()).spent).toBe(50);
    await checkGone(w);
  });

  it("with pictures to work on, fetched, sent along and uploaded: nothing says any more where they came from", async () => {
    const fetchSource = () => Promise.resolve({ body: Readable.from([tinyPng]), contentLength: null });
    const w = await open({ fetchSource, provider: { start: (n) => (n === 0 ? delivered(1) : failing()) } });
    const inputs = [
      { origin: { url: `https://example.com/${word}.png?key=${word}` }, file: null },
      { origin: { data: `image/png;name=${word}` }, file: null, bytes: tinyPng },
    ];
    const keys = [keyOf(await w.create(personal({ inputs }))), keyOf(await w.create(personal({ inputs })))];
    await w.run();
    expect((await w.job(keys[0])).inputs?.every(({ file }) => file !== null)).toBe(true);
    await remove(w.deps);
    await w.rest();
    expect((await w.jobs()).map((job) => job.inputs)).toEqual([undefined, undefined]);
    await checkGone(w);
  });

  it("a job that nobody has paid for yet never is", async () => {
    const w = await open();
    const dead = dying((call) => (jobPut(call) ? "after" : null));
    await w.createBy(w.process({ around: dead.around }), personal()).catch(() => undefined);
    await remove(w.deps);
    await w.rest();
    expect([await w.bookings(), (await w.job()).paidRound, (await w.account()).jobs]).toEqual([[], 0, 0]);
    await checkGone(w);
  });

  it("nobody hears of their end: deliveries that wait go, and no new one is made", async () => {
    const w = await open({ provider: { ...waiting, start: (n) => (n === 0 ? delivered(1) : started("t", 60_000)) } });
    const deliveries = async () => (await itemsOf(w.table)).filter(({ sort }) => sort.startsWith("delivery#"));
    await w.run(w.deps, keyOf(await w.create(personal())));
    await w.run(w.deps, keyOf(await w.create(personal())));
    expect((await deliveries()).length).toBe(1);
    await remove(w.deps);
    await w.tick();
    for (let i = 0; i < 20; i++) {
      expect(await deliveries()).toEqual([]);
      w.clock.pass(1000);
      await w.tick();
    }
    await w.rest();
    await checkGone(w);
  });

  it("nobody hears of an end that comes later, also when the sweep dies right behind the cancelling write", async () => {
    const w = await open({ provider: waiting });
    await stopIn(w, "waiting");
    const dead = dying((call) => (jobPut(call)?.outcome === "cancelled" ? "after" : null));
    await remove(w.deps);
    await continueDeletion(w.process({ around: dead.around }), userId, never).catch(() => undefined);
    await w.run();
    expect([(await w.job()).phase, dead.isDead()]).toEqual(["closing", true]);
    await w.rest();
    expect(deliveriesEver(w)).toEqual([]);
    await checkGone(w);
  });

  it("nobody hears of an end that had come, and was not yet told", async () => {
    const w = await open();
    await stopIn(w, "closing");
    await remove(w.deps);
    await continueDeletion(w.deps, userId, never);
    await w.rest();
    expect(deliveriesEver(w)).toEqual([]);
    await checkGone(w);
  });

  it("a delivery that is made between two pages of a sweep is found by the next pass", async () => {
    const w = await open();
    await stopIn(w, "closing");
    for (let i = 0; i < 150; i++) {
      await w.table.put({ partition: `user#${userId}`, sort: `idem#${i}`, data: { word } }, "absent");
    }
    await remove(w.deps);
    w.clock.pass(16_000);
    let isFirst = true;
    const sweeping = w.process({
      async around({ name }, act) {
        const answer = await act();
        if (name === "query" && isFirst) {
          isFirst = false;
          await w.run();
        }
        return answer;
      },
    });
    await continueDeletion(sweeping, userId, never);
    expect([deliveriesEver(w).length, (await w.account()).deletion?.sweptAt]).toEqual([1, w.clock.now()]);
    expect((await itemsOf(w.table)).map(({ sort }) => sort.replace(/#.*/, ""))).toEqual(["account", "job"]);
    await w.rest();
    await checkGone(w);
  });

  it("a job that somebody has in hand for its last cleaning is left alone until they are done or gone", async () => {
    const w = await open({ provider: waiting });
    const key = keyOf(await w.create(personal({ webhookUrl: undefined })));
    await w.run();
    await cancelJob(w.deps, key);
    await w.run();
    w.clock.pass(HOUR);
    const dead = dying((call) => (jobPut(call)?.lease ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await remove(w.deps);
    await continueDeletion(w.deps, userId, never);
    expect([(await w.job()).request.prompt, dead.isDead()]).toEqual([expect.stringContaining(word), true]);
    await w.rest();
    await checkGone(w);
  });

  it("a job that somebody has in hand is left alone until they are done or gone", async () => {
    const w = await open({ provider: { ...waiting, cancel: () => "done" } });
    await stopIn(w, "waiting");
    const owner = dying((call) => (call.name === "cancel" ? "after" : null));
    await remove(w.deps);
    w.clock.pass(16_000);
    await continueDeletion(w.deps, userId, never);
    await w.run(w.process({ around: owner.around })).catch(() => undefined);
    expect([(await w.job()).phase, owner.isDead()]).toEqual(["closing", true]);
    w.clock.pass(5000);
    await continueDeletion(w.deps, userId, never);
    expect((await w.job()).request.prompt).toContain(word);
    expect((await w.account()).deletion?.sweptAt).toBeNull();
    await w.rest();
    await checkGone(w);
  });
});

describe("A closed account", () => {
  it("refuses a new job, a retry and a code as if nobody were there, and the code is as good as before", async () => {
    const w = await open({ provider: { start: () => failing({ retryable: false }) } });
    const key = keyOf(await w.create(personal()));
    await w.run();
    await w.table.put(codeItem({ ...code, claimedBy: null }, 0), "absent");
    await remove(w.deps);
    expect(await typeOf(w.create())).toBe("unauthenticated");
    expect(await typeOf(retryJob(w.deps, key))).toBe("unauthenticated");
    expect(await typeOf(redeemCode(w.deps, userId, code.code))).toBe("unauthenticated");
    expect(await readCode(w.table, code.code)).toEqual({ ...code, claimedBy: null });
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    await checkGone(w);
  });

  it("takes no claim along: a code that was claimed and not granted is free again, by the timer", async () => {
    const w = await open();
    await w.table.put(codeItem({ ...code, claimedBy: userId }, w.clock.now()), "absent");
    await remove(w.deps);
    await w.rest();
    expect(await readCode(w.table, code.code)).toEqual({ ...code, claimedBy: null });
    await checkGone(w);
  });

  it("a code whose credits are in it is spent, although the process died before it was marked", async () => {
    const w = await open();
    await w.table.put(codeItem({ ...code, claimedBy: null }, 0), "absent");
    const dead = dying(({ port, name, args }) => {
      const item = args[0] as { sort?: string; data?: { markers?: string[] } };
      const isGrant = port === "table" && name === "put" && item.sort === "account";
      return isGrant && item.data?.markers?.length === 1 ? "after" : null;
    });
    await redeemCode(w.process({ around: dead.around }), userId, code.code).catch(() => undefined);
    await remove(w.deps);
    await w.rest();
    expect(await readCode(w.table, code.code)).toEqual({ ...code, claimedBy: userId, isDone: true });
    expect((await w.account()).earned).toBe(150);
    await checkGone(w);
  });

  it("refuses a retry that has begun its round already: the job has failed again, at once", async () => {
    const w = await open({ provider: { start: () => failing({ retryable: false }) } });
    const key = keyOf(await w.create(personal()));
    await w.run();
    let deleting: Promise<unknown> | null = null;
    const retrying = w.process({
      async around(call, act) {
        if (jobPut(call)?.round !== 2) return act();
        const answer = await act();
        deleting ??= remove(w.deps);
        await deleting;
        return answer;
      },
    });
    expect(await typeOf(retryJob(retrying, key))).toBe("unauthenticated");
    expect(await w.job()).toMatchObject({ round: 2, retries: 0, outcome: "failed", paidRound: 1 });
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    await checkGone(w);
  });

  it("gives back the second round of a retry that came before it, and keeps the failure", async () => {
    const w = await open({
      provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : started("t", 60_000)) },
    });
    const key = keyOf(await w.create(personal()));
    await w.run();
    await retryJob(w.deps, key);
    await remove(w.deps);
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10", "charge -10", "refund 10"]);
    expect((await w.job()).outcome).toBe("cancelled");
    await checkGone(w);
  });
});

describe("Whatever else lies there", () => {
  it("uploads, secrets, keys and items of kinds that nobody knows yet go too", async () => {
    const w = await open();
    await createUpload(
      { ...w.deps, countStorage },
      { userId, filename: `${word}.png`, contentType: "image/png", size: 10 },
    );
    await readSecrets(w.deps, userId);
    for (const sort of ["zz-of-a-later-version#1", "aa"]) {
      await w.table.put({ partition: `user#${userId}`, sort, data: { word } }, "absent");
    }
    await remove(w.deps);
    await w.rest();
    await checkGone(w);
  });

  it("objects go from every place that one user has, by pages, and nobody else's", async () => {
    const w = await open();
    const other = "01900000-0000-7000-8000-00000000bbbb";
    const jobId = "01900000-0000-7000-8000-0000000000cc";
    const places = [...prefixesOfUser(userId)];
    expect(places.map((place) => place.replace(userId, ""))).toEqual([
      "users//",
      "temp/tickets//",
      "temp/assemblies//",
      "temp/inputs//",
      "temp/outputs//",
      "temp/uploads//",
      "temp/thumbnails//",
      "temp/checks//",
      "temp/blocked//",
    ]);
    const own = places.flatMap((place) => Array.from({ length: 120 }, (_, i) => `${place}${jobId}/${i}`));
    const others = [tempInputKey(other, jobId, 0), tempUploadKey(other, jobId), uploadKey(other, jobId, "png")];
    for (const key of [...own, ...others]) await w.store.put(key, new Uint8Array([1]));
    await remove(w.deps);
    await w.rest();
    const left = [...(await w.objects("temp/")), ...(await w.objects("users/"))];
    expect(left.map(({ key }) => key)).toEqual(others);
  });

  it("more items than a page are gone through, and a sweep that is interrupted goes on where something is left", async () => {
    const w = await open();
    for (let i = 0; i < 250; i++) {
      await w.table.put({ partition: `user#${userId}`, sort: `idem#${i}`, data: { word } }, "absent");
    }
    await remove(w.deps);
    const stop = new AbortController();
    const stopping = w.process({
      async around({ name }, act) {
        const answer = await act();
        if (name === "delete") stop.abort();
        return answer;
      },
    });
    await continueDeletion(stopping, userId, stop.signal);
    const left = (await itemsOf(w.table)).filter(({ sort }) => sort.startsWith("idem#")).length;
    expect([left > 0, left < 250, (await w.account()).deletion?.sweptAt]).toEqual([true, true, null]);
    await w.rest();
    await checkGone(w);
  });

  it("a store that fails for a while ends nothing: the next look goes on", async () => {
    const w = await open();
    await w.run(w.deps, keyOf(await w.create(personal())));
    await remove(w.deps);
    let isDown = true;
    const flaky = w.process({
      around(call, act) {
        if (isDown && objectOf(call, "delete")?.startsWith("users/")) throw new AppError("unavailable");
        return act();
      },
    });
    await expect(continueDeletion(flaky, userId, never)).rejects.toThrow(AppError);
    expect((await w.account()).deletion).toMatchObject({ sweptAt: null, dueAt: w.clock.now() });
    isDown = false;
    await continueDeletion(flaky, userId, never);
    expect([await w.objects("users/"), (await w.account()).deletion?.sweptAt]).toEqual([[], w.clock.now()]);
    await w.rest();
    await checkGone(w);
  });
});

describe("A day later", () => {
  it("a slow copy, and what a request wrote that had been let in before, are swept away", async () => {
    const w = await open();
    const slow = w.process();
    await remove(w.deps);
    await w.tick();
    const { sweptAt } = (await w.account()).deletion ?? {};
    expect(sweptAt).toBe(w.clock.now());
    const announced = { userId, filename: `${word}.png`, contentType: "image/png", size: 10 } as const;
    expect(await typeOf(createUpload({ ...slow, countStorage }, announced))).toBe("unauthenticated");
    // Of one whose room was taken before.
    await w.table.put({ partition: `user#${userId}`, sort: "upload#late", data: { filename: word } }, "absent");
    expect(await typeOf(w.createBy(slow, personal()))).toBe("unauthenticated");
    await w.store.put(`users/${userId}/jobs/late/image-1-0.png`, new Uint8Array([1]));
    w.clock.pass(LAST_SWEEP_AFTER_MS - 1000);
    await continueDeletion(w.deps, userId, never);
    expect((await w.objects("users/")).length).toBe(1);
    await w.rest();
    await checkGone(w);
  });

  it("and not a clock's error later: a day that was dated by a clock far ahead does not wait for it", async () => {
    const w = await open();
    await remove(w.deps);
    const aheadMs = 30 * LAST_SWEEP_AFTER_MS;
    const clock = { now: () => w.clock.now() + aheadMs, sleep: w.clock.sleep.bind(w.clock) };
    await continueDeletion(w.process({ clock }), userId, never);
    await continueDeletion(w.deps, userId, never);
    expect((await w.account()).deletion?.dueAt).toBe(w.clock.now() + LAST_SWEEP_AFTER_MS);
  });

  it("deleting once more changes nothing, at any time", async () => {
    const w = await open({ provider: waiting });
    await w.run(w.deps, keyOf(await w.create(personal())));
    const login = await w.table.get({ partition: `email#${email}`, sort: "login" });
    await remove(w.deps);
    if (login) await w.table.put({ ...login }, "absent");
    expect(await remove(w.deps)).toEqual({ userId });
    await w.rest();
    await register(w);
    const { deletion } = await w.account();
    expect([await remove(w.deps), (await w.account()).deletion]).toEqual([{ userId }, deletion]);
    expect(await remove(w.deps)).toBeNull();
    await checkGone(w);
  });
});

describe("The sweep", () => {
  it("meets whoever wants to cancel a job: it is cancelled already", async () => {
    const w = await open({ provider: waiting });
    const key = keyOf(await w.create(personal()));
    await w.run();
    await remove(w.deps);
    await continueDeletion(w.deps, userId, never);
    expect((await cancelJob(w.deps, key)).outcome).toBe("cancelled");
    await w.rest();
    await checkGone(w);
  });

  it("meets a completion that is a moment faster: the job stays paid for, and its outputs go", async () => {
    const w = await open();
    await stopIn(w, "storing");
    await remove(w.deps);
    const late = w.process({ around: justBefore("cancelled", () => w.tick(w.process())) });
    w.clock.pass(16_000);
    await continueDeletion(late, userId, never);
    await w.rest();
    expect([(await w.job()).outcome, await w.bookings()]).toEqual(["completed", ["charge -10"]]);
    await checkGone(w);
  });

  it("meets a completion that is a moment later: the job is cancelled, and what was copied goes", async () => {
    const w = await open();
    await w.create(personal());
    await remove(w.deps);
    const owner = w.process({ around: justBefore("completed", () => continueDeletion(w.process(), userId, never)) });
    await w.run(owner);
    await w.rest();
    expect([(await w.job()).outcome, await w.bookings()]).toEqual(["cancelled", ["charge -10", "refund 10"]]);
    await checkGone(w);
  });

  it("meets another one at every step: nothing is done twice", async () => {
    const w = await open({ provider: waiting });
    for (let i = 0; i < 8; i++) await w.run(w.deps, keyOf(await w.create(personal())));
    await remove(w.deps);
    const [one, other] = [w.process(), w.process()];
    for (let i = 0; i < 3; i++) {
      await Promise.all([continueDeletion(one, userId, never), continueDeletion(other, userId, never)]);
      w.clock.pass(6000);
      await Promise.all([w.tick(one), w.tick(other)]);
    }
    await w.rest();
    expect((await w.bookings()).filter((line) => line === "refund 10").length).toBe(8);
    expect(w.provider.calls.filter(({ name }) => name === "cancel").length).toBe(8);
    await checkGone(w);
  });
});

/** Sort keys of all that were ever made. */
function deliveriesEver(w: World): string[] {
  return [...w.touched.values()].map(({ sort }) => sort).filter((sort) => sort.startsWith("delivery#"));
}

/** Does something else right before this process writes that a job has ended so; once. */
function justBefore(outcome: Outcome, act: () => Promise<void>): Around {
  let isDone = false;
  return async (call, go) => {
    const isMeant = !isDone && jobPut(call)?.outcome === outcome;
    isDone ||= isMeant;
    if (isMeant) await act();
    return go();
  };
}

const code = { code: "C0DE", credits: 50, expiresAt: null, isDone: false };
