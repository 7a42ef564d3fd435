// From a file that came to an upload that is ready or rejected, whoever dies, repeats, or comes late.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { tempUploadKey, uploadKey } from "../../shared/media/keys.ts";
import { checkUpload } from "../../shared/uploads/check-upload.ts";
import { lookAtUpload } from "../../shared/uploads/look-at-upload.ts";
import { readUpload } from "../../shared/uploads/read-upload.ts";
import type { UploadRef } from "../../shared/uploads/upload.ts";
import { dying, objectOf } from "../jobs/intercept.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type UploadWorld, uploadWorlds, userId } from "./world.ts";

const open = uploadWorlds();
const minute = 60_000;
const day = 24 * 60 * minute;
const never = new AbortController().signal;
const html = Buffer.from("<!doctype html><script>alert(1)</script>");

const placeOf = ({ uploadId }: UploadRef) => uploadKey(userId, uploadId, "png");
const tempOf = ({ uploadId }: UploadRef) => tempUploadKey(userId, uploadId);
const limits = { maxOutputBytes: 1, maxActiveJobs: 1, maxActiveFreeJobs: 1, maxStoredBytes: 1 };
const settings = { leaseMs: 1, dryRunTtlMs: 0, tempTtlMs: 0, refusalsPerHour: 0, productionParallel: 8, ...limits };

const ready = (ref: UploadRef) => ({
  status: "ready",
  file: {
    key: placeOf(ref),
    size: tinyPng.length,
    contentType: "image/png",
    sha256: createHash("sha256").update(tinyPng).digest("hex"),
    width: 1,
    height: 1,
  },
});

/** What the account says of room for uploads, and of what the user's files take. */
async function storageOf(w: UploadWorld) {
  const { uploads = {}, usedBytes } = await w.account();
  return { announced: Object.values(uploads).reduce((sum, [bytes]) => sum + bytes, 0), usedBytes };
}

const taken = { announced: 0, usedBytes: tinyPng.length };
const none = { announced: 0, usedBytes: 0 };

/** An upload that was announced for these bytes, which have come. */
async function arrived(w: UploadWorld, bytes: Uint8Array = tinyPng): Promise<UploadRef> {
  const ref = await w.announce({ size: bytes.length });
  await w.arrive(ref, bytes);
  return ref;
}

describe("A file that came", () => {
  it("is kept, recorded and served, and its temp object goes", async () => {
    const w = await open();
    const ref = await arrived(w);
    expect(await w.status(ref)).toEqual({ status: "pending" });
    expect(await checkUpload(w.deps, ref)).toBe("final");
    expect(await w.status(ref)).toEqual(ready(ref));
    expect(await w.keys()).toEqual([placeOf(ref)]);
    expect(await storageOf(w)).toEqual(taken);
  });

  it("is rejected for good when it is no picture, with a reason, and nothing of it stays", async () => {
    const w = await open();
    const ref = await arrived(w, html);
    expect(await checkUpload(w.deps, ref)).toBe("final");
    const reason = "Expected an image (PNG), but found HTML.";
    expect(await w.status(ref)).toMatchObject({ status: "rejected", reason });
    expect([await w.keys(), await storageOf(w)]).toEqual([[], none]);
  });

  it("has not come yet: nothing is decided", async () => {
    const w = await open();
    const ref = await w.announce();
    expect(await checkUpload(w.deps, ref)).toBe("waiting");
    expect(await w.status(ref)).toEqual({ status: "pending" });
  });

  it("belongs to its user: others do not find it", async () => {
    const w = await open();
    const { uploadId } = await arrived(w);
    expect(await readUpload(w.deps, userId.replace("aaaa", "bbbb"), uploadId)).toBeNull();
  });

  it("under the name of no upload is deleted", async () => {
    const w = await open();
    const ref = { userId, uploadId: "01900000-0000-7000-8000-00000000dddd" };
    await w.arrive(ref);
    expect(await checkUpload(w.deps, ref)).toBe("unknown");
    expect(await w.keys()).toEqual([]);
  });

  it.each([
    ["ready", tinyPng],
    ["rejected", html],
  ])("after the upload was %s is deleted, and changes nothing", async (_, first) => {
    const w = await open();
    const ref = await arrived(w, first);
    await checkUpload(w.deps, ref);
    const before = [await w.status(ref), (await w.keys()).filter((key) => key.startsWith("users/"))];
    for (const late of [tinyPng, html]) {
      await w.arrive(ref, late);
      expect(await checkUpload(w.deps, ref)).toBe("final");
      expect([await w.status(ref), await w.keys()]).toEqual(before);
    }
  });

  it("after the upload was final goes with the last look, when its event is lost", async () => {
    const w = await open();
    const ref = await arrived(w);
    await checkUpload(w.deps, ref);
    await w.arrive(ref, html);
    expect(await w.rest()).toHaveLength(1);
    expect([await w.status(ref), await w.keys()]).toEqual([ready(ref), [placeOf(ref)]]);
  });

  it("is checked once and for all by 20 who hear of it at once", async () => {
    const w = await open();
    const ref = await arrived(w);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => checkUpload(w.deps, ref)));
    expect(outcomes).toContain("final");
    expect([await w.status(ref), await w.keys(), await storageOf(w)]).toEqual([ready(ref), [placeOf(ref)], taken]);
  });
});

describe("Whoever checks may die between any two calls", () => {
  for (const [name, bytes] of [
    ["good", tinyPng],
    ["bad", html],
  ] as const) {
    for (const heals of ["the event comes again", "only the timer comes"] as const) {
      it(`a ${name} file: ${heals}`, async () => {
        let deaths = 0;
        for (let n = 1; ; n++) {
          let isAlive = true;
          for (const moment of ["before", "after"] as const) {
            const w = await open();
            const ref = await arrived(w, bytes);
            let calls = 0;
            const dead = dying(() => (++calls === n ? moment : null));
            await checkUpload(w.process(dead.around), ref).catch(() => undefined);
            if (!dead.isDead()) continue;
            isAlive = false;
            deaths++;
            if (heals === "the event comes again") await checkUpload(w.deps, ref);
            else await w.rest(w.clock.now() + 20 * minute);
            const isGood = name === "good";
            expect([n, moment, (await w.status(ref))?.status]).toEqual([n, moment, isGood ? "ready" : "rejected"]);
            if (isGood) expect(await w.status(ref)).toEqual(ready(ref));
            expect([n, moment, await w.keys()]).toEqual([n, moment, isGood ? [placeOf(ref)] : []]);
          }
          if (isAlive) break;
        }
        expect(deaths).toBeGreaterThan(10);
      });
    }
  }

  it("after the copy, before the record: what was copied is recorded, also when the temp object is gone", async () => {
    const w = await open();
    const ref = await arrived(w);
    const dead = dying((call) => (objectOf(call, "copy") ? "after" : null));
    await checkUpload(w.process(dead.around), ref).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    await w.store.delete(tempOf(ref));
    expect(await checkUpload(w.deps, ref)).toBe("final");
    expect([await w.status(ref), await w.keys()]).toEqual([ready(ref), [placeOf(ref)]]);
  });
});

describe("A slow checker", () => {
  it("whose file was rejected meanwhile leaves nothing of its copy", async () => {
    const w = await open();
    const ref = await arrived(w);
    const slow = w.process(async (call, act) => {
      if (objectOf(call, "copy")) {
        await w.store.delete(tempOf(ref));
        await w.arrive(ref, Buffer.alloc(tinyPng.length));
        await checkUpload(w.deps, ref);
        // The winner has gone; then the file that was looked at comes back under the key.
        await w.store.put(placeOf(ref), tinyPng);
      }
      return act();
    });
    await checkUpload(slow, ref);
    expect(await w.status(ref)).toMatchObject({ status: "rejected" });
    expect(await w.keys()).toEqual([]);
  });

  it("whose upload is forgotten meanwhile leaves nothing at all", async () => {
    const w = await open();
    const ref = await arrived(w);
    const slow = w.process(async (call, act) => {
      const answer = await act();
      if (objectOf(call, "copy")) {
        const item = await w.table.get({ partition: `user#${userId}`, sort: `upload#${ref.uploadId}` });
        if (item) await w.table.delete(item, { version: item.version });
      }
      return answer;
    });
    await checkUpload(slow, ref);
    expect([await w.status(ref), await w.keys()]).toEqual([null, []]);
  });

  it("under whose hands the file is replaced copies only what it has looked at", async () => {
    const w = await open();
    const ref = await arrived(w);
    let isReplaced = false;
    const slow = w.process(async (call, act) => {
      if (objectOf(call, "copy") && !isReplaced) {
        isReplaced = true;
        await w.store.put(tempOf(ref), Buffer.alloc(tinyPng.length));
      }
      return act();
    });
    await checkUpload(slow, ref);
    expect(isReplaced).toBe(true);
    expect(await w.status(ref)).toMatchObject({ status: "rejected" });
    expect(await w.keys()).toEqual([]);
  });

  it("dies with a copy of what was rejected: the timer removes it", async () => {
    const w = await open();
    const ref = await arrived(w, Buffer.alloc(tinyPng.length));
    await checkUpload(w.deps, ref);
    await w.store.put(placeOf(ref), tinyPng);
    await w.rest(w.clock.now() + 20 * minute);
    expect(await w.keys()).toEqual([]);
  });
});

describe("The timer", () => {
  it("checks a file whose event was lost, within a minute", async () => {
    const w = await open();
    const ref = await arrived(w);
    w.clock.pass(minute);
    await w.tick();
    expect([await w.status(ref), await w.keys()]).toEqual([ready(ref), [placeOf(ref)]]);
  });

  it("looks a few times for a file that never comes, then rejects, and forgets it a day later", async () => {
    const w = await open();
    const begun = w.clock.now();
    const ref = await w.announce();
    const looks = await w.rest(begun + 20 * minute);
    expect(looks.length).toBeLessThan(10);
    expect(await w.status(ref)).toMatchObject({ status: "rejected", reason: "No file was sent in time." });
    expect(await storageOf(w)).toEqual(none);
    const [gone = 0] = await w.rest();
    expect(gone - begun).toBeGreaterThan(day);
    expect(await w.status(ref)).toBeNull();
    expect(await w.rest()).toEqual([]);
  });

  it("rejects nothing before the time to send it is over, and takes what was begun at the last moment", async () => {
    const w = await open();
    const begun = w.clock.now();
    const ref = await w.announce();
    await w.rest(begun + 17 * minute);
    expect(await w.status(ref)).toEqual({ status: "pending" });
    w.clock.moveTo(begun + 17 * minute);
    await w.arrive(ref);
    await w.rest(begun + 20 * minute);
    expect([await w.status(ref), await w.keys()]).toEqual([ready(ref), [placeOf(ref)]]);
  });

  it("that was off for a day checks the file first", async () => {
    const w = await open();
    const ref = await arrived(w);
    w.clock.pass(2 * day);
    await w.tick();
    expect(await w.status(ref)).toEqual(ready(ref));
  });

  it("that finds the time over because a clock has leapt leaves the file the time that it had, and takes it", async () => {
    const w = await open();
    const ref = await w.announce();
    w.clock.pass(60 * minute);
    await w.tick();
    expect(await w.status(ref)).toEqual({ status: "pending" });
    await w.arrive(ref);
    await w.rest(w.clock.now() + 20 * minute);
    expect(await w.status(ref)).toEqual(ready(ref));
  });

  it("that finds the time over again and again ends an upload that never comes", async () => {
    const w = await open();
    const ref = await w.announce();
    for (let looks = 0; looks < 20 && (await w.status(ref))?.status === "pending"; looks++) {
      w.clock.pass(60 * minute);
      await w.tick();
    }
    expect((await w.status(ref))?.status).not.toBe("pending");
  });

  it("gives up a file that nobody can check, after more than a day, and says so in the log", async () => {
    const w = await open();
    const ref = await arrived(w);
    const begun = w.clock.now();
    const broken = w.process(async (call, act) => {
      if (objectOf(call, "get")) throw new Error("the disk cannot be read");
      return act();
    });
    let looks = 0;
    for (; (await w.status(ref))?.status === "pending" && looks < 100; looks++) {
      const item = await w.table.get({ partition: `user#${userId}`, sort: `upload#${ref.uploadId}` });
      w.clock.moveTo(item?.due?.at ?? 0);
      await lookAtUpload(broken, { partition: `user#${userId}`, sort: `upload#${ref.uploadId}` }).catch(
        () => undefined,
      );
    }
    expect(looks).toBeLessThan(20);
    expect(w.clock.now() - begun).toBeGreaterThan(day);
    expect(await w.status(ref)).toMatchObject({
      reason: "The file could not be checked. Send it again as a new upload.",
    });
    expect(w.log).toEqual(["an upload could not be checked and was given up"]);
  });

  it("that asks before it is time changes nothing, except what a clock that was ahead has put off", async () => {
    const w = await open();
    const { uploadId } = await w.announce();
    const key = { partition: `user#${userId}`, sort: `upload#${uploadId}` };
    const before = await w.table.get(key);
    for (let n = 0; n < 30; n++) await lookAtUpload(w.deps, key);
    expect(await w.table.get(key)).toEqual(before);
    if (!before?.due) throw new Error("it is due at some time");
    const far = w.clock.now() + day;
    await w.table.put({ ...before, data: { ...before.data, dueAt: far }, due: { ...before.due, at: far } }, before);
    for (let n = 0; n < 30; n++) await lookAtUpload(w.deps, key);
    const after = await w.table.get(key);
    expect(after?.due?.at).toBeLessThanOrEqual(w.clock.now() + minute);
    expect(after?.data.looks).toBe(0);
  });

  it("does not look again at a file that kills whoever looks, until its next turn", async () => {
    const w = await open();
    const ref = await arrived(w);
    w.clock.pass(minute);
    const dead = dying((call) => (objectOf(call, "get") ? "before" : null));
    const key = { partition: `user#${userId}`, sort: `upload#${ref.uploadId}` };
    await lookAtUpload(w.process(dead.around), key).catch(() => undefined);
    const item = await w.table.get(key);
    expect(item?.due?.at).toBeGreaterThan(w.clock.now());
    expect(item?.data.looks).toBe(1);
  });

  it("and the event at once do no harm to each other, whoever is faster", async () => {
    for (let n = 1; n <= 8; n++) {
      const w = await open();
      const ref = await arrived(w);
      w.clock.pass(minute);
      let calls = 0;
      const interrupted = w.process(async (_, act) => {
        if (++calls === n) await w.tick();
        return act();
      });
      await checkUpload(interrupted, ref);
      expect([n, await w.status(ref), await w.keys()]).toEqual([n, ready(ref), [placeOf(ref)]]);
    }
  });
});

describe("The purge of temp/", () => {
  it("leaves a file that is still to be checked, and takes all others", async () => {
    const w = await open();
    const [pending, done] = [await arrived(w), await arrived(w)];
    await checkUpload(w.deps, done);
    await w.arrive(done, html);
    await w.arrive({ userId, uploadId: "01900000-0000-7000-8000-00000000dddd" });
    w.clock.pass(2 * day);
    expect(await purgeTemp({ ...w.deps, settings }, never)).toEqual({ deleted: 2, kept: 1 });
    expect(await w.keys()).toEqual([tempOf(pending), placeOf(done)]);
    await w.tick();
    expect(await w.status(pending)).toEqual(ready(pending));
  });

  it("is not needed, and nothing lists the bucket, for an upload to come to its end", async () => {
    const w = await open();
    const ref = await arrived(w);
    const calls: string[] = [];
    const watched = w.process(async (call, act) => {
      calls.push(call.name);
      return act();
    });
    await checkUpload(watched, ref);
    expect(calls).not.toContain("list");
    expect(calls).not.toContain("query");
    expect(calls.length).toBeLessThan(15);
  });
});
