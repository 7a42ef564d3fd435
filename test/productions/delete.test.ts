// Deleting a project, or its user, with productions: whoever dies at whichever write, nothing of what they made is left, and the ledger stays exact.
import { describe, expect, it } from "vitest";
import { closeAccount } from "../../shared/credits/close-account.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { removeProject } from "../../shared/productions/deleting/ask.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { deleteProject } from "../../shared/projects/delete-project.ts";
import { dying, intercepted } from "../jobs/intercept.ts";
import { dyingBefore } from "./interrupted.ts";
import { scenarios } from "./scenarios.ts";
import { openWorld, projectId, userId, type World } from "./world.ts";

const { graph, script } = scenarios["a film with a node that fails"];

const isWrite = (name: string) => /^(put|delete|deleteMany|copy)$/.test(name);

async function askForDeletion(deps: ProductionDeps): Promise<void> {
  await deleteProject(deps, { userId, projectId }).catch((error) => {
    if (!(error instanceof AppError && error.type === "not_found")) throw error;
  });
}

async function checkGone(world: World): Promise<void> {
  const kinds = world.table.items().map(({ sort }) => sort.split("#")[0]);
  expect(kinds.filter((kind) => /^(node|nodejob|basis|output|project|scene|character)$/.test(kind ?? ""))).toEqual([]);
  expect((await world.store.list({ prefix: "users/", limit: 100 })).objects).toEqual([]);
  expect((await world.store.list({ prefix: "temp/", limit: 100 })).objects).toEqual([]);
  for (const { purged, title, states, feed } of world.productions()) {
    expect([purged, title, states, feed]).toEqual([true, "", "", []]);
  }
}

/** Until nothing is due, or it has died. */
async function goOn(world: World, deps: ProductionDeps, isDead: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isDead(); turn++) if (!(await world.goOn(deps))) return;
}

describe("A project that is deleted", () => {
  it("takes its productions along, at whichever write whoever removes them dies", async () => {
    let nth = 0;
    for (let isDead = true; isDead; ) {
      nth++;
      const world = await openWorld({ graph, script });
      await world.start();
      await world.rest();
      let count = 0;
      const death = dying(({ name }) => (isWrite(name) && ++count === nth ? "before" : null));
      const deps = world.depsOf(intercepted(world, death.around));
      await askForDeletion(deps)
        .then(() => goOn(world, deps, death.isDead))
        .catch(() => null);
      isDead = death.isDead();
      await askForDeletion(world.deps);
      await world.rest();
      try {
        await world.check();
        await checkGone(world);
        const { holds, usedBytes, earned, balance } = await world.account();
        expect([holds, usedBytes, earned - balance]).toEqual([[], 0, 25]);
      } catch (cause) {
        throw new Error(`dead before write ${nth}`, { cause });
      }
    }
    expect(nth).toBeGreaterThan(30);
  });

  it("stops what is under way first, at whichever write of anybody somebody dies, and pays for what was made by then", async () => {
    let nth = 0;
    let stopped = 0;
    for (let isDead = true; isDead; nth += 2) {
      const world = await openWorld({ graph, script });
      await world.start(world.deps, { webhookUrl: "https://example.com/hook" });
      for (let turn = 0; turn < (nth % 7) + 1; turn++) await world.goOn();
      const wasUnderWay = world.production().state !== "settled";
      let count = 0;
      const death = dying(({ name }) => (isWrite(name) && ++count === nth ? "before" : null));
      const deps = world.depsOf(intercepted(world, death.around));
      const ask = (by: ProductionDeps) => removeProject(by, { userId, projectId });
      await ask(deps)
        .then(() => goOn(world, deps, death.isDead))
        .catch(() => null);
      isDead = death.isDead() || nth === 0;
      await ask(world.deps).catch((error) => expect(error).toMatchObject({ type: "not_found" }));
      await world.rest();
      try {
        await world.check();
        await checkGone(world);
        const { holds, usedBytes, earned, balance } = await world.account();
        const { outcome, reason, rounds } = world.production();
        const captured = rounds.reduce((sum, round) => sum + round.captured, 0);
        expect([holds, usedBytes, earned - balance]).toEqual([[], 0, captured]);
        const isStopped = reason === "project_deleted";
        if (wasUnderWay) expect(isStopped || outcome !== null).toBe(true);
        if (isStopped) {
          stopped++;
          expect(outcome).toBe("cancelled");
        }
        const deliveries = world.table.items().filter(({ sort }) => sort.startsWith("delivery#"));
        expect(deliveries.map(({ data }) => data.outcome)).toEqual([outcome]);
      } catch (cause) {
        throw new Error(`dead before write ${nth}`, { cause });
      }
    }
    expect([nth > 30, stopped > 10]).toEqual([true, true]);
  });

  it("nothing of it is started or resumed from the mark on, although its production still stops", async () => {
    const world = await openWorld({ graph, script });
    const { id } = await world.start();
    await world.goOn();
    // Whoever deletes it dies right after the mark.
    await deleteProject(world.deps, { userId, projectId });
    await expect(world.start()).rejects.toMatchObject({ type: "not_found" });
    expect(world.production(id).state).not.toBe("settled");
    await world.rest();
    expect(world.production(id)).toMatchObject({ state: "settled", outcome: "cancelled", reason: "project_deleted" });
    await checkGone(world);
  });

  it("takes along a job that was made and never admitted, of which no node knows", async () => {
    const world = await openWorld({ graph, script });
    await world.start();
    const dead = dyingBefore(world.table, ({ sort, data }) => sort.startsWith("production#") && hasEntry(data));
    await goOn(world, world.depsOf({ table: dead }), () => world.nodeJobs().length > 0).catch(() => null);
    expect([world.nodeJobs().length, world.nodes().length, world.production().admitted]).toEqual([2, 0, []]);
    await cancelProduction(world.deps, keyOf(world.production()));
    await world.rest();
    expect(world.nodeJobs().map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    await askForDeletion(world.deps);
    await world.rest();
    await world.check();
    await checkGone(world);
  });
});

const hasEntry = (data: object) => (data as { admitted?: unknown[] }).admitted?.length !== 0;

describe("A user who is deleted", () => {
  it("while a film is made leaves nothing of it, at whichever write whoever makes it dies", async () => {
    let nth = 0;
    for (let isDead = true; isDead; nth += 3) {
      const world = await openWorld({ graph, script });
      let count = 0;
      const death = dying(({ name }) => (isWrite(name) && ++count === nth ? "before" : null));
      const deps = world.depsOf(intercepted(world, death.around));
      await world
        .start(deps)
        .then(() => goOn(world, deps, death.isDead))
        .catch(() => null);
      isDead = death.isDead() || nth === 0;
      await closeAccount(world.deps, userId);
      await world.rest();
      try {
        await world.check();
        const kinds = world.table.items().map(({ sort }) => sort.split("#")[0]);
        expect(kinds.filter((kind) => /^(node|basis|output|project)$/.test(kind ?? ""))).toEqual([]);
        expect((await world.store.list({ prefix: "users/", limit: 100 })).objects).toEqual([]);
        for (const job of world.nodeJobs()) expect([job.id, job.request.prompt]).toEqual([job.id, ""]);
        for (const { purged, state } of world.productions()) expect([purged, state]).toEqual([true, "settled"]);
        expect((await world.account()).holds).toEqual([]);
      } catch (cause) {
        throw new Error(`dead before write ${nth}`, { cause });
      }
    }
    expect(nth).toBeGreaterThan(60);
  });
});
