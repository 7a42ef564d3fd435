// Deleting an upload: in whatever state, at whatever moment, its room comes back once and nothing of it stays.
import { describe, expect, it } from "vitest";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { checkUpload } from "../../shared/uploads/check-upload.ts";
import { createUpload } from "../../shared/uploads/create-upload.ts";
import { deleteUpload } from "../../shared/uploads/delete-upload.ts";
import type { UploadRef } from "../../shared/uploads/upload.ts";
import { dying, itemPut } from "../jobs/intercept.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type UploadWorld, uploadWorlds, userId } from "./world.ts";

const open = uploadWorlds();
const size = tinyPng.length;

function answerOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => "done",
    (error) => error.type ?? String(error),
  );
}

async function ready(w: UploadWorld): Promise<UploadRef> {
  const ref = await w.announce();
  await w.arrive(ref);
  await checkUpload(w.deps, ref);
  return ref;
}

async function expectGone(w: UploadWorld, ref: UploadRef, usedBytes = 0): Promise<void> {
  expect(await w.status(ref)).toBeNull();
  await w.rest();
  // What the timer of accounts does, which this world has not.
  await reviewAccount(w.deps as unknown as Parameters<typeof reviewAccount>[0], userId);
  const account = await w.account();
  expect([account.usedBytes, account.uploads ?? {}, account.givenBack ?? []]).toEqual([usedBytes, {}, []]);
  expect((await w.keys()).filter((key) => key.includes(ref.uploadId))).toEqual([]);
  expect(await w.table.get({ partition: `user#${userId}`, sort: `upload#${ref.uploadId}` })).toBeNull();
}

describe("A deleted upload", () => {
  it("that was ready is not there any more at once, and its room is free; the file follows", async () => {
    const w = await open();
    const [ref, other] = [await ready(w), await ready(w)];
    await deleteUpload(w.deps, ref);
    expect([await w.status(ref), (await w.account()).usedBytes]).toEqual([null, size]);
    await w.tick();
    expect((await w.keys()).length).toBe(1);
    expect(await answerOf(deleteUpload(w.deps, ref))).toBe("not_found");
    await expectGone(w, ref, size);
    expect(await w.status(other)).toMatchObject({ status: "ready" });
  });

  it("that was pending makes room at once, and what arrives for it later is deleted", async () => {
    const w = await open();
    const ref = await w.announce();
    await deleteUpload(w.deps, ref);
    expect((await w.account()).uploads).toEqual({});
    await w.arrive(ref);
    expect(await checkUpload(w.deps, ref)).toBe("final");
    expect(await w.keys()).toEqual([]);
    await w.arrive(ref);
    await expectGone(w, ref);
  });

  it("that was rejected goes before its day is over", async () => {
    const w = await open();
    const ref = await w.announce();
    await w.arrive(ref, Buffer.alloc(size));
    await checkUpload(w.deps, ref);
    expect(await w.status(ref)).toMatchObject({ status: "rejected" });
    await deleteUpload(w.deps, ref);
    await expectGone(w, ref);
  });

  it("belongs to its user: others do not find it", async () => {
    const w = await open();
    const ref = await ready(w);
    expect(await answerOf(deleteUpload(w.deps, { ...ref, userId: userId.replace("aaaa", "bbbb") }))).toBe("not_found");
    expect(await w.status(ref)).toMatchObject({ status: "ready" });
  });

  it("is deleted by one of twenty who want to at once", async () => {
    const w = await open();
    const [ref] = [await ready(w), await ready(w)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        answerOf(
          deleteUpload(
            w.process((_, act) => act()),
            ref,
          ),
        ),
      ),
    );
    expect(answers.toSorted()).toEqual(["done", ...Array(19).fill("not_found")]);
    await expectGone(w, ref, size);
  });
});

describe("Whoever deletes an upload may die", () => {
  for (const state of ["ready", "pending"] as const) {
    it(`between any two calls, one that is ${state}: the timer finishes, and the room comes back once`, async () => {
      for (let n = 1; ; n++) {
        const w = await open();
        const ref = state === "ready" ? await ready(w) : await w.announce();
        let calls = 0;
        const dead = dying(() => (++calls === n ? "after" : null));
        await deleteUpload(w.process(dead.around), ref).catch(() => undefined);
        if ((await w.status(ref)) !== null) await deleteUpload(w.deps, ref);
        await expectGone(w, ref);
        if (!dead.isDead()) return expect(n).toBeGreaterThan(5);
      }
    });
  }

  it("and a checker of its file may be at it, at whatever step: it counts in the end for nothing", async () => {
    for (let n = 1; ; n++) {
      const w = await open();
      const ref = await w.announce();
      await w.arrive(ref);
      let calls = 0;
      const checker = w.process(async (_, act) => {
        if (++calls === n) await deleteUpload(w.deps, ref);
        return act();
      });
      await checkUpload(checker, ref);
      if (calls < n) await deleteUpload(w.deps, ref);
      await expectGone(w, ref);
      if (calls < n) return expect(n).toBeGreaterThan(8);
    }
  });

  it("and a checker may die right behind the write that made it ready: it counts in the end for nothing", async () => {
    const w = await open();
    const ref = await w.announce();
    await w.arrive(ref);
    const dead = dying((call) => (itemPut(call)?.sort.startsWith("upload#") ? "after" : null));
    await checkUpload(w.process(dead.around), ref).catch(() => undefined);
    expect(await w.status(ref)).toMatchObject({ status: "ready" });
    await deleteUpload(w.deps, ref);
    await expectGone(w, ref);
  });
});

describe("Room for an upload", () => {
  it("that whoever announced it took and died is given up by the timer of accounts, and that of one that waits is not", async () => {
    const w = await open();
    const dead = dying((call) => (itemPut(call)?.sort === "account" ? "after" : null));
    const announced = { userId, filename: "a.png", contentType: "image/png", size } as const;
    await createUpload(w.process(dead.around), announced).catch(() => undefined);
    const waits = await w.announce();
    expect(Object.keys((await w.account()).uploads ?? {})).toHaveLength(2);
    w.clock.pass(20 * 60_000);
    await reviewAccount(w.deps as unknown as Parameters<typeof reviewAccount>[0], userId);
    expect(Object.keys((await w.account()).uploads ?? {})).toEqual([waits.uploadId]);
  });

  it("is given only while the file fits beside what is stored and announced", async () => {
    const w = await open();
    const small = { ...w.deps, settings: { maxStoredBytes: 3 * size - 1 } };
    const announced = { userId, filename: "a.png", contentType: "image/png", size } as const;
    const answers = await Promise.all(Array.from({ length: 5 }, () => answerOf(createUpload(small, announced))));
    expect(answers.toSorted()).toEqual(["done", "done", "storage_full", "storage_full", "storage_full"]);
    const [id = ""] = Object.keys((await w.account()).uploads ?? {});
    await deleteUpload(w.deps, { userId, uploadId: id });
    expect(await answerOf(createUpload(small, announced))).toBe("done");
  });
});
