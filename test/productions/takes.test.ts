// The takes that a production is to show: none of them goes while the project stands, whoever dies or is a moment faster.
import { describe, expect, it } from "vitest";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { newJob } from "../../shared/jobs/asking/new-job.ts";
import { type Job, jobItem, readJob } from "../../shared/jobs/job.ts";
import { outputKey } from "../../shared/media/keys.ts";
import type { InputFile } from "../../shared/ports/provider.ts";
import { deleteProject } from "../../shared/projects/delete-project.ts";
import { type Around, dying, intercepted } from "../jobs/intercept.ts";
import { graphPlanner, plain, planFileOf } from "./planner.ts";
import { openWorld, projectId, userId, type World } from "./world.ts";

const graph = [{ id: "episode", kind: "episode" as const }];
const jobId = "01900000-0000-7000-8000-0000000000aa";
const key = { userId, jobId };
const output: InputFile = {
  ...{ type: "video", size: 3, sha256: "ab", contentType: "video/mp4", width: 16, height: 9, durationMs: 1000 },
  key: outputKey(userId, jobId, { type: "video", timestamp: 1, index: 0, extension: "mp4" }),
};
const file = planFileOf(graphPlanner(graph), { ...plain, clips: { e1s1h1: output } });

/** With a take that a shot has shown, and does no more: the film was read before. */
async function withTake(fields: Partial<Job> = {}): Promise<World> {
  const world = await openWorld({ graph });
  const asked = { type: "video", operation: "generate", model: "scripted", prompt: "", n: 1 } as const;
  const wanted = {
    userId,
    type: "video",
    provider: "scripted",
    request: asked,
    dryRun: false,
    metadata: null,
  } as const;
  const job: Job = {
    ...newJob({ ...wanted, price: 0, deadlineMs: 1000, input: null }, jobId, world.deps),
    ...{ phase: "closed", outcome: "completed", paidRound: 1, dueAt: null },
    applyTo: { kind: "take", projectId, draft: "d", sceneId: "e1s1", state: "applied" },
    outputs: [{ ...output, index: 0, extension: "mp4", contentType: "video/mp4", createdAt: 1 }],
    ...fields,
  };
  await world.table.put(jobItem(job), "absent");
  return world;
}

const isThere = async (world: World) => (await readJob(world.table, key))?.job.deletion === undefined;
const answerOf = (act: Promise<unknown>) =>
  act.then(
    () => "done",
    (error) => error.type ?? String(error),
  );

describe("A take that a production is to show", () => {
  it("cannot be deleted, whatever became of the production, until the project is", async () => {
    const world = await withTake();
    await world.start(world.deps, { file });
    await expect(deleteJob(world.deps, key)).rejects.toThrow("when the project is deleted");
    await world.rest();
    expect(world.production().state).toBe("settled");
    expect([await answerOf(deleteJob(world.deps, key)), await isThere(world)]).toEqual(["conflict", true]);
    await deleteProject(world.deps, { userId, projectId });
    expect([await answerOf(deleteJob(world.deps, key)), await isThere(world)]).toEqual(["done", false]);
  });

  it("of a dry run stays also when it has had its time, which ends another one", async () => {
    for (const isShown of [true, false]) {
      const world = await withTake({ dryRun: true, keptForMs: 60_000, completedAt: 0, dueAt: 60_000 });
      if (isShown) await world.start(world.deps, { file });
      await world.rest({ untilMs: world.clock.now() + 7 * 3_600_000 });
      expect([isShown, await isThere(world)]).toEqual([isShown, isShown]);
    }
  });

  it("is kept before the production is there, at whichever write whoever starts it dies; the repeat goes on", async () => {
    let hadNone = 0;
    let hadOne = 0;
    for (let nth = 1, isDead = true; isDead; nth++) {
      const world = await withTake();
      let count = 0;
      const isWrite = (name: string) => /^(put|delete)$/.test(name);
      const death = dying(({ name }) => (isWrite(name) && ++count === nth ? (nth % 2 ? "before" : "after") : null));
      const by = world.depsOf(intercepted(world, death.around));
      await world.start(by, { file }, "k").catch(() => null);
      isDead = death.isDead();
      if (world.productions().length === 0) hadNone++;
      else {
        hadOne++;
        expect([nth, await answerOf(deleteJob(world.deps, key))]).toEqual([nth, "conflict"]);
      }
      await world.start(world.deps, { file }, "k");
      expect([nth, await answerOf(deleteJob(world.deps, key)), await isThere(world)]).toEqual([nth, "conflict", true]);
      await world.rest();
      expect([nth, world.production().outcome]).toEqual([nth, "completed"]);
    }
    expect([hadNone > 1, hadOne > 1]).toEqual([true, true]);
  });

  it("is there, or there is no production: whichever call of one the other one comes between", async () => {
    const seen = new Set<string>();
    for (const first of ["start", "delete"]) {
      for (let nth = 1, isOver = false; !isOver; nth++) {
        const world = await withTake();
        const acts = {
          start: (by: World["deps"]) => answerOf(world.start(by, { file })),
          delete: (by: World["deps"]) => answerOf(deleteJob(by, key)),
        };
        const [slow, fast] = first === "start" ? [acts.start, acts.delete] : [acts.delete, acts.start];
        let calls = 0;
        let between: string | null = null;
        const around: Around = async (_, act) => {
          if (++calls === nth) between = await fast(world.deps);
          return act();
        };
        const answer = await slow(world.depsOf(intercepted(world, around)));
        isOver = between === null;
        if (isOver) continue;
        const [started, deleted] = first === "start" ? [answer, between] : [between, answer];
        const facts = [await isThere(world), world.productions().length];
        expect([first, nth, ...facts]).toEqual([first, nth, deleted === "conflict", started === "done" ? 1 : 0]);
        expect([first, nth, [started, deleted].toSorted()]).toEqual([first, nth, ["conflict", "done"]]);
        seen.add(`${first} ${started}`);
      }
    }
    expect([...seen].toSorted()).toEqual(["delete conflict", "delete done", "start conflict", "start done"]);
  });
});
