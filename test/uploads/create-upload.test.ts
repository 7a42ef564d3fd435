// Announcing files: what is signed, and how many may be pending.
import { describe, expect, it } from "vitest";
import { checkUpload } from "../../shared/uploads/check-upload.ts";
import { type AnnouncingDeps, createUpload } from "../../shared/uploads/create-upload.ts";
import { dying, itemPut } from "../jobs/intercept.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type UploadWorld, uploadWorlds, userId } from "./world.ts";

const open = uploadWorlds();
const minute = 60_000;
const announced = { userId, filename: "lake.png", contentType: "image/png", size: tinyPng.length } as const;

/** How many of so many announcements at once are taken. The others have to be told to wait. */
async function announceAtOnce(deps: AnnouncingDeps, count: number): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: count }, () => createUpload(deps, announced)));
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toMatchObject({ type: "rate_limited" });
  }
  return results.filter(({ status }) => status === "fulfilled").length;
}

async function pendingOf(w: UploadWorld): Promise<number> {
  const query = { partition: `user#${userId}`, prefix: "upload#", order: "ascending", limit: 1000 } as const;
  const { items } = await w.table.query(query);
  return items.filter(({ data }) => data.outcome === null).length;
}

describe("An announcement", () => {
  it("is answered with the exact key and what lets exactly this file be sent for 15 minutes", async () => {
    const w = await open();
    const { upload, key, signed } = await createUpload(w.deps, announced);
    expect(key).toBe(`temp/uploads/${userId}/${upload.id}`);
    expect(upload.expiresAt - w.clock.now()).toBe(15 * minute);
    expect(signed).toMatchObject({ method: "POST", fields: { key, "Content-Type": "image/png" } });
    expect(await w.status({ userId, uploadId: upload.id })).toEqual({ status: "pending" });
  });

  it("is written before it is answered, so that no file comes before its item", async () => {
    const w = await open();
    const order: string[] = [];
    const watched = w.process(async (call, act) => {
      const answer = await act();
      order.push(itemPut(call)?.sort.split("#")[0] ?? call.name);
      return answer;
    });
    await createUpload(watched, announced);
    expect(order).toEqual(["get", "get", "account", "signUpload", "upload"]);
  });
});

describe("At most 20 uploads of a user are pending", () => {
  it("of 50 at once exactly 20 are taken, also by two processes", async () => {
    const w = await open();
    const other = w.process((_, act) => act());
    const taken = await Promise.all([announceAtOnce(w.deps, 25), announceAtOnce(other, 25)]);
    expect([taken.reduce((sum, count) => sum + count), await pendingOf(w)]).toEqual([20, 20]);
  });

  it("one that is ready, and one that is rejected, make room for another", async () => {
    const w = await open();
    const refs = await Promise.all(Array.from({ length: 20 }, () => w.announce()));
    await expect(w.announce()).rejects.toMatchObject({ type: "rate_limited", retryAfterMs: expect.any(Number) });
    const [good, bad] = refs;
    if (!good || !bad) throw new Error("they were announced");
    await w.arrive(good);
    await checkUpload(w.deps, good);
    await w.arrive(bad, Buffer.alloc(tinyPng.length));
    await checkUpload(w.deps, bad);
    expect(await announceAtOnce(w.deps, 5)).toBe(2);
  });

  it("one user's do not count for another", async () => {
    const w = await open();
    await announceAtOnce(w.deps, 20);
    await w.announce({ userId: userId.replace("aaaa", "bbbb") });
  });

  it("those that nothing came for make room once they are over, also without a timer", async () => {
    const w = await open();
    await announceAtOnce(w.deps, 20);
    w.clock.pass(15 * minute);
    expect(await announceAtOnce(w.deps, 1)).toBe(0);
    w.clock.pass(5 * minute);
    expect(await announceAtOnce(w.deps, 30)).toBe(20);
  });

  it("what died while it announced takes room only until then, and leaves nothing that is due", async () => {
    const w = await open();
    const dead = dying((call) => (itemPut(call)?.sort === "account" ? "after" : null));
    await createUpload(w.process(dead.around), announced).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    expect(await announceAtOnce(w.deps, 30)).toBe(19);
    w.clock.pass(20 * minute);
    expect(await announceAtOnce(w.deps, 30)).toBe(20);
  });

  it("one that could not be written gives its room back", async () => {
    const w = await open();
    const failing = w.process(async (call, act) => {
      if (itemPut(call)?.sort.startsWith("upload#")) throw new Error("the table is away");
      return act();
    });
    await expect(createUpload(failing, announced)).rejects.toThrow("the table is away");
    expect(await announceAtOnce(w.deps, 30)).toBe(20);
  });
});
