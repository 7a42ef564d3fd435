// The lock of a project: whoever dies, is slow or comes twice, no project stays locked by a production that has settled.
import { expect, it } from "vitest";
import type { Table } from "../../shared/ports/table.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
import { deleteProject } from "../../shared/projects/delete-project.ts";
import { dyingBefore, stoppedBefore } from "./interrupted.ts";
import { signal } from "./timers.ts";
import { openWorld, projectId, projectItem, userId, type World } from "./world.ts";

const graph = [{ id: "still" }, { id: "episode", kind: "episode" as const, from: ["still"] }];

const isProject = ({ sort }: { sort: string }) => sort.startsWith("project#");
const putsProject = (name: string, sort: string) => name === "put" && sort.startsWith("project#");

it("a Start that is so slow that its production has ended unpaid leaves no lock", async () => {
  const world = await openWorld({ graph });
  const { stopped, isThere, goOn } = stoppedBefore(world.table, putsProject);
  const starting = world.start(world.depsOf({ table: stopped })).catch((error) => error);
  await isThere;
  await world.rest();
  expect(world.production().state).toBe("settled");
  goOn();
  expect(await starting).toMatchObject({ status: 503 });
  await world.rest();
  await world.checkAtRest();
});

it("the same where it dies right after it: the lock counts for nothing, and the project can be deleted", async () => {
  const world = await openWorld({ graph });
  const { stopped, isThere, goOn } = stoppedBefore(world.table, putsProject);
  let isDead = false;
  const dying: Table = {
    ...stopped,
    async get(key) {
      if (isDead) throw new Error("dead");
      return stopped.get(key);
    },
    async put(item, condition) {
      if (isDead) throw new Error("dead");
      const version = await stopped.put(item, condition);
      isDead ||= isProject(item);
      return version;
    },
  };
  const starting = world.start(world.depsOf({ table: dying })).catch(() => null);
  await isThere;
  await world.rest();
  goOn();
  await starting;
  expect(world.project()?.running).toBe(world.production().id);
  await deleteProject(world.deps, { userId, projectId });
  expect(world.project()?.deletedAt).not.toBe(null);
});

it("nor does that keep anybody from its project", async () => {
  const world = await openWorld({ graph });
  await settledButLocked(world);
  const { id } = await world.start();
  expect(world.project()?.running).toBe(id);
  await world.rest();
  await world.checkAtRest();
});

it("a Resume that dies before its lock, with the lock of the round before still there, leaves none", async () => {
  const world = await openWorld({ graph });
  await settledButLocked(world);
  const dying = world.depsOf({ table: dyingBefore(world.table, isProject) });
  await expect(resumeProduction(dying, keyOf(world.production()))).rejects.toThrow();
  expect([world.production().round, world.production().state]).toEqual([2, "starting"]);
  await world.rest();
  await world.checkAtRest();
});

/** Its closer has died before it released the project. */
async function settledButLocked(world: World): Promise<void> {
  await world.start();
  await advanceProduction(world.deps, keyOf(world.production()), { by: "run-job", signal });
  await cancelProduction(world.deps, keyOf(world.production()));
  const dying = world.depsOf({ table: dyingBefore(world.table, isProject) });
  for (let look = 0; look < 8 && world.production().state !== "settled"; look++) {
    world.clock.moveTo(world.clock.now() + 31_000);
    await advanceProduction(dying, keyOf(world.production()), { by: "run-job", signal }).catch(() => null);
  }
  expect([world.production().state, world.project()?.running]).toEqual(["settled", world.production().id]);
}

it("a film that is asked for by itself, whose first request died before its project was there, is made by the repeat, which has another id for it", async () => {
  const world = await openWorld({ graph });
  const ask = (deps: World["deps"], id: string) => world.start(deps, { projectId: id, project: projectItem }, "k");
  const dying = world.depsOf({ table: dyingBefore(world.table, isProject) });
  await expect(ask(dying, "first")).rejects.toThrow();
  const production = await ask(world.deps, "second");
  expect(production.projectId).toBe("first");
  await world.rest();
  await world.checkAtRest();
  const projects = world.table.items().filter(isProject);
  expect(projects.map(({ sort, data }) => [sort, data.id])).toEqual([
    [`project#${projectId}`, projectId],
    ["project#first", "first"],
  ]);
});
