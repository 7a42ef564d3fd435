// The JSON of jobs that have ended is made once. It is never that of another state, nor with the URLs of another time.
import { describe, expect, it } from "vitest";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { jobItem, jobItemKey, keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { showJob, showJobs } from "../../shared/jobs/reading/show.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { textOf } from "../../shared/ports/stored-item.ts";
import { type World, worlds } from "./fixture.ts";
import { delivered, failing } from "./outcomes.ts";
import { newJob } from "./request.ts";

const open = worlds();

async function ended(isFailure = false) {
  const w = await open({
    provider: { start: (n) => (isFailure && n === 0 ? failing({ retryable: false }) : delivered(2)) },
  });
  const request = { ...newJob().request, prompt: 'a "lake" \\ 湖 </script>', n: 2 };
  const key = keyOf(await w.create({ request }));
  await w.run();
  return { w, key };
}

async function listed(w: World, userId: string, filter: Parameters<typeof showJobs>[2] = { limit: 20 }) {
  return (await showJobs(w.deps, userId, filter)).jobs.map((job) => JSON.parse(job));
}

describe("A job that has ended", () => {
  it("is shown as it is made without remembering, at the first look and at the next", async () => {
    const { w, key } = await ended();
    const expected = JSON.stringify(await publicJob(w.store, await w.job(key)));
    for (let look = 0; look < 2; look++) {
      expect(await showJob(w.deps, key)).toBe(expected);
      expect((await showJobs(w.deps, key.userId, { limit: 20 })).jobs).toEqual([expected]);
    }
    expect(JSON.parse(expected).resultUrls).toHaveLength(2);
  });

  it("has its URLs made at each look, in both places", async () => {
    const { w, key } = await ended();
    let looks = 0;
    const store: ObjectStore = { ...w.store, url: async (url) => `https://media/${url}?"look"=${++looks}` };
    for (const last of [2, 4, 6]) {
      const { outputs, resultUrls } = JSON.parse(await showJob({ ...w.deps, store }, key));
      expect(resultUrls.map((url: string) => url.split("=").at(-1))).toEqual([`${last - 1}`, `${last}`]);
      expect(outputs.map(({ url }: { url: string }) => url)).toEqual(resultUrls);
      expect(resultUrls[0]).toContain(`${outputs[0].key}?"look"=`);
    }
  });

  it("that is tried again is shown as it is then, and as it ends", async () => {
    const { w, key } = await ended(true);
    expect(JSON.parse(await showJob(w.deps, key))).toMatchObject({ status: "failed", round: 1 });
    expect(await listed(w, key.userId, { limit: 20, status: ["failed"] })).toHaveLength(1);
    await retryJob(w.deps, key);
    expect(JSON.parse(await showJob(w.deps, key))).toMatchObject({ status: "pending", round: 2, error: null });
    expect(await listed(w, key.userId, { limit: 20, status: ["failed"] })).toEqual([]);
    await w.run();
    expect(JSON.parse(await showJob(w.deps, key))).toMatchObject({ status: "completed", round: 2 });
    expect(await listed(w, key.userId)).toMatchObject([{ status: "completed", round: 2 }]);
  });

  it("that was deleted is not there, however often it was looked at before", async () => {
    const { w, key } = await ended();
    await showJob(w.deps, key);
    await deleteJob(w.deps, key);
    await expect(showJob(w.deps, key)).rejects.toMatchObject({ type: "not_found" });
    expect(await listed(w, key.userId)).toEqual([]);
  });

  it("is not taken for another one under its name, though that has the same version", async () => {
    const { w, key } = await ended();
    await showJob(w.deps, key);
    const item = await w.table.get(jobItemKey(key));
    if (!item) throw new Error("The job is gone.");
    const other = { ...(await w.job(key)), metadata: { is: "another" } };
    await w.table.delete(item, { version: item.version });
    for (let version = 0; version < item.version; version++) {
      await w.table.put(jobItem(other), version === 0 ? "absent" : { version });
    }
    expect((await w.table.get(item))?.version).toBe(item.version);
    expect(JSON.parse(await showJob(w.deps, key)).metadata).toEqual({ is: "another" });
  });
});

it("a table says how it stores an item, and a copy of the item is no such item", async () => {
  const { w, key } = await ended();
  const item = await w.table.get(jobItemKey(key));
  if (!item) throw new Error("The job is gone.");
  expect(JSON.parse(textOf(item) ?? "")).toEqual(item.data);
  expect([textOf({ ...item }), { ...item }.data]).toEqual([null, item.data]);
});
