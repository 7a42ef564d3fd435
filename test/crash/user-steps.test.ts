import { describe, expect, test } from "vitest";
import { create, creditsOf, follow, type ShownJob, type User, until } from "../api/user.ts";
import { comeToRest } from "./at-rest.ts";
import type { GapName, GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { readKeys, readTable } from "./remains.ts";
import { words } from "./vendor.ts";
import { vendorIds, vendorPrice } from "./vendor-provider.ts";
import { AFTER_LEASES_S, AFTER_PATIENCE_S, inWorld, type World, welcomeCredits } from "./world.ts";

const retryGaps: Record<GapOf<"retry">, number[]> = {
  "retry: after the next round was written": [202],
  "retry: after the next round's hold": [202, 409],
  "retry: after the next round's ticket": [202, 409],
};

const refused = { prompt: words.refusedOnce, provider: vendorIds.byReference };

const cancelGaps: GapOf<"cancel">[] = [
  "cancel: after the ending write",
  "cancel: after the release",
  "cancel: after it reads as cancelled",
  "cancel: before the provider hears of it",
  "cancel: after the provider has heard of it",
];

describe.concurrent("a process that dies while a user tries a job again", () => {
  test.for(Object.entries(retryGaps) as [GapName, number[]][])(
    "%s: the second round is charged once, whoever goes on with it",
    ([gap, statuses]) =>
      inWorld(async (world) => {
        const { user, id } = await dieRetrying(world, gap);
        await world.start({ secondsLater: AFTER_LEASES_S });
        expect(statuses).toContain((await retry(user, id)).status);
        await completesInRoundTwo(world, user, id);
      }),
  );

  test("a retry that comes before the failed round was closed leaves nothing of that round behind", () =>
    inWorld(async (world) => {
      // Nobody else takes the job from the dead process before the user comes.
      const environment = { LEASE_SECONDS: "600" };
      await world.start({ gap: "ending: after it reads as failed", environment });
      const user = await world.register();
      const id = await askedFor(world, () => user.call("POST", "/ai/generate-image", { json: refused }));
      await world.start({ environment });
      expect((await retry(user, id)).status).toBe(202);
      await completesInRoundTwo(world, user, id);
      expect((await readKeys(world.dataDir)).filter((key) => key.startsWith("temp/"))).toEqual([]);
    }));

  test("a second round that nobody paid for becomes the failure again, and can be begun anew", () =>
    inWorld(async (world) => {
      const { user, id, failed } = await dieRetrying(world, "retry: after the next round was written");
      await world.start({ secondsLater: AFTER_PATIENCE_S });
      const back = await follow(user, id);
      expect([back.status, back.error]).toEqual(["failed", failed.error]);
      await comeToRest(world.dataDir);
      expect((await creditsOf(user)).balance).toBe(welcomeCredits);
      expect((await retry(user, id)).status).toBe(202);
      const { status } = await follow(user, id);
      expect(status).toBe("completed");
      const { jobs } = await checkAtRest(world, [user]);
      expect(jobs.map(({ round, retries }) => [round, retries])).toEqual([[3, 1]]);
    }));
});

describe.concurrent("a process that dies while a user cancels a job", () => {
  test.for(cancelGaps)("F08: %s: it is cancelled, here and at the provider, and given back once", (gap) =>
    inWorld(async (world) => {
      const { user, id } = await dieCancelling(world, gap);
      await world.start({ secondsLater: AFTER_LEASES_S });
      const { status, body } = await user.call("POST", `/jobs/${id}/cancel`);
      expect([status, body.data.status]).toEqual([200, "cancelled"]);
      const job = await follow(user, id, ({ providerCancel }) => providerCancel !== "requested");
      expect([job.status, job.providerCancel]).toEqual(["cancelled", "done"]);
      expect(world.vendor.tasks.map(({ isCancelled }) => isCancelled)).toEqual([true]);
      expect(await creditsOf(user)).toMatchObject({ balance: welcomeCredits, held: 0, totalSpent: 0 });
      const { jobs } = await checkAtRest(world, [user]);
      expect(jobs.length).toBe(1);
    }),
  );
});

/** The one job that there is after the death. */
async function askedFor(world: World, ask: () => Promise<unknown>): Promise<string> {
  await world.diesDuring(ask);
  return readTable(world.dataDir)
    .jobs.map(({ id }) => id)
    .join();
}

/** Of a round that was closed. */
async function dieRetrying(world: World, gap: GapName): Promise<{ user: User; id: string; failed: ShownJob }> {
  await world.start({ gap });
  const user = await world.register();
  const { id } = await create(user, refused);
  const failed = await follow(user, id);
  expect(failed.status).toBe("failed");
  await comeToRest(world.dataDir);
  await world.diesDuring(() => retry(user, id));
  return { user, id, failed };
}

async function dieCancelling(world: World, gap: GapName): Promise<{ user: User; id: string }> {
  await world.start({ gap });
  const user = await world.register();
  const { id } = await create(user, { prompt: words.waits, provider: vendorIds.byReference });
  await until(
    async () => world.vendor.tasks.length,
    (count) => count === 1,
  );
  await world.diesDuring(() => user.call("POST", `/jobs/${id}/cancel`));
  return { user, id };
}

function retry(user: User, id: string) {
  return user.call("POST", `/jobs/${id}/retry`);
}

async function completesInRoundTwo(world: World, user: User, id: string): Promise<void> {
  const job = await follow(user, id);
  expect([job.status, job.round]).toEqual(["completed", 2]);
  const { jobs } = await checkAtRest(world, [user]);
  expect(jobs.map(({ retries, captured }) => [retries, captured])).toEqual([[1, vendorPrice]]);
  expect(world.vendor.tasks.length).toBe(2);
}
