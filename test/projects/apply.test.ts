// A completed job's output comes to its project: once, whoever dies at whichever call, and whoever is a moment faster.
import { describe, expect, it } from "vitest";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { statusOf } from "../../shared/jobs/states.ts";
import { deleteProject } from "../../shared/projects/delete-project.ts";
import { readCharacters, readDraft, readScene, readScenes } from "../../shared/projects/reading.ts";
import { updateScene } from "../../shared/projects/update-scene.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { dying, itemPut, jobPut } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";
import {
  answerOf,
  askForTake,
  askForText,
  leftOf,
  makeProject,
  project,
  projectDeps,
  projectId,
  ref,
  run,
  screenplay,
  writing,
  written,
} from "./world.ts";

const openAny = worlds();
const open = () => openAny({ provider: writing() });

async function expectWritten(w: World, draft: string): Promise<void> {
  const at = { ...ref, draft };
  const { scenes } = await readScenes(w.table, at);
  expect(scenes.map(({ id }) => id)).toEqual(["e1s1", "e1s2", "e2s1", "e2s2"]);
  const told = screenplay.episodes.flatMap((episode) => episode.scenes);
  for (const [i, scene] of scenes.entries()) expect(scene).toMatchObject({ ...told[i], draft, version: 1, takes: [] });
  const characters = await readCharacters(w.table, at);
  expect(characters.map(({ id, name }) => [id, name])).toEqual(screenplay.characters.map(({ id, name }) => [id, name]));
  expect(await readDraft(w.table, at)).toMatchObject({ characters: characters.length, logline: screenplay.logline });
}

describe("A screenplay", () => {
  it("is the project's by the time that its job reads as ended, to whoever looks at whichever moment", async () => {
    const w = await open();
    await makeProject(w);
    const key = await askForText(w);
    const seen: [string, string | null][] = [];
    const watched = w.process({
      async around(_, act) {
        const answer = await act();
        seen.push([statusOf(await w.job(key)), (await project(w))?.draft ?? null]);
        return answer;
      },
    });
    await run(w, key, watched);
    const states = [...new Set(seen.map((each) => JSON.stringify(each)))].map((text) => JSON.parse(text));
    expect(states).toEqual([
      ["pending", null],
      ["processing", null],
      ["processing", key.jobId],
      ["completed", key.jobId],
    ]);
    const { feed } = await w.job(key);
    expect(feed.at(-1)).toMatchObject({ status: "completed", stage: "done", progress: 100 });
  });

  it("comes to its project once, at whichever call its owner dies: the timer finishes, and it was charged once", async () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const w = await open();
      await makeProject(w);
      const key = await askForText(w);
      let calls = 0;
      const dead = dying(() => (++calls === n ? (n % 2 === 0 ? "after" : "before") : null));
      await run(w, key, w.process({ around: dead.around })).catch(() => undefined);
      isOver = !dead.isDead();
      if ((await project(w))?.draft !== null)
        expect([n, await readDraft(w.table, { ...ref, draft: key.jobId })]).not.toContain(null);
      await w.rest();
      const job = await w.job(key);
      expect([n, statusOf(job), job.applyTo?.state]).toEqual([n, "completed", "applied"]);
      expect((await project(w))?.draft).toBe(key.jobId);
      await expectWritten(w, key.jobId);
      expect(await w.bookings()).toEqual(["charge -10"]);
    }
  });

  it("of two that are asked for at once, one is the project's, whichever is a moment faster; the other one is a proposal, whole", async () => {
    for (const moment of ["before", "after"] as const) {
      const w = await open();
      await makeProject(w);
      const [slow, fast] = [await askForText(w), await askForText(w)];
      let isDone = false;
      const overtaken = w.process({
        async around(call, act) {
          const isChoice = itemPut(call)?.sort === `project#${projectId}` && !isDone;
          if (!isChoice) return act();
          isDone = true;
          if (moment === "before") await run(w, fast);
          const answer = await act();
          if (moment === "after") await run(w, fast);
          return answer;
        },
      });
      await run(w, slow, overtaken);
      const [first, second] = moment === "before" ? [fast, slow] : [slow, fast];
      expect((await project(w))?.draft).toBe(first.jobId);
      expect([(await w.job(first)).applyTo?.state, (await w.job(second)).applyTo?.state]).toEqual([
        "applied",
        "proposed",
      ]);
      await expectWritten(w, first.jobId);
      await expectWritten(w, second.jobId);
    }
  });

  it("does not undo what its user has edited, when its closing is done again", async () => {
    const w = await open();
    await makeProject(w);
    const key = await askForText(w);
    const dead = dying((call) => (itemPut(call)?.sort === `project#${projectId}` ? "after" : null));
    await run(w, key, w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), statusOf(await w.job(key))]).toEqual([true, "processing"]);
    await updateScene(projectDeps(w), ref, "e1s1", { version: 1, action: "Mine." });
    await w.rest();
    const scene = (await readScene(w.table, { ...ref, draft: key.jobId }, "e1s1"))?.value;
    expect([scene?.action, scene?.version, (await w.job(key)).applyTo?.state]).toEqual(["Mine.", 2, "applied"]);
  });

  it("of a project that is deleted at whichever moment meanwhile leaves nothing in the end, and is charged", async () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const w = await open();
      await makeProject(w);
      const key = await askForText(w);
      let calls = 0;
      let isDeleted = false;
      const slow = w.process({
        async around(call, act) {
          // From the write on that completes the job.
          if (jobPut(call)?.phase === "ended") calls ||= 1;
          if (calls > 0 && calls++ === n) {
            await deleteProject(w.deps, ref);
            await w.tick();
            isDeleted = true;
          }
          return act();
        },
      });
      await run(w, key, slow);
      isOver = !isDeleted;
      if (isOver) await deleteProject(w.deps, ref);
      await w.rest();
      expect([n, await leftOf(w)]).toEqual([n, []]);
      expect(statusOf(await w.job(key))).toBe("completed");
      expect(await w.bookings()).toEqual(["charge -10"]);
    }
  });

  it("that cannot be kept after all reads as completed nevertheless, and is put aside", async () => {
    // What was put aside keeps its temporary files for the purge.
    const w = await openAny({ provider: writing(), isBare: true });
    await makeProject(w);
    const key = await askForText(w);
    const broken = w.process({
      around: (call, act) =>
        itemPut(call)?.sort.startsWith("scene#") ? Promise.reject(new Error("this table takes no scenes")) : act(),
    });
    await run(w, key, broken);
    expect(statusOf(await w.job(key))).toBe("processing");
    for (let i = 0; i < 12; i++) {
      w.clock.pass(120_000);
      await advance(broken, key, { by: "run-job", signal: never });
    }
    expect([statusOf(await w.job(key)), (await project(w))?.draft]).toEqual(["completed", null]);
  });
});

describe("A take", () => {
  const takesOf = async (w: World, draft: string) =>
    (await readScene(w.table, { ...ref, draft }, "e1s1"))?.value.takes.map(({ jobId }) => jobId);

  it("is its scene's once, at whichever call its owner dies", async () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const w = await open();
      const draft = await written(w);
      const key = await askForTake(w, draft);
      let calls = 0;
      const dead = dying(() => (++calls === n ? (n % 2 === 0 ? "before" : "after") : null));
      await run(w, key, w.process({ around: dead.around })).catch(() => undefined);
      isOver = !dead.isDead();
      await w.rest();
      expect([n, await takesOf(w, draft), (await w.job(key)).applyTo?.state]).toEqual([n, [key.jobId], "applied"]);
    }
  });

  it("does not take an edit away that is made at the same time, nor does that take it away", async () => {
    const w = await open();
    const draft = await written(w);
    const key = await askForTake(w, draft);
    let isDone = false;
    const slow = w.process({
      async around(call, act) {
        if (itemPut(call)?.sort.startsWith("scene#") && !isDone) {
          isDone = true;
          await updateScene(projectDeps(w), ref, "e1s1", { version: 1, action: "Mine." });
        }
        return act();
      },
    });
    await run(w, key, slow);
    let isFilmed = false;
    const other = await askForTake(w, draft);
    const editing = w.process({
      async around(call, act) {
        if (itemPut(call)?.sort.startsWith("scene#") && !isFilmed) {
          isFilmed = true;
          await run(w, other);
        }
        return act();
      },
    });
    await updateScene(projectDeps(w, editing), ref, "e1s1", { version: 2, mood: "joy" });
    const scene = (await readScene(w.table, { ...ref, draft }, "e1s1"))?.value;
    expect(scene).toMatchObject({ action: "Mine.", mood: "joy", version: 3 });
    expect(await takesOf(w, draft)).toEqual([key.jobId, other.jobId]);
  });

  it("goes with its job; and a shot that shows it keeps both, until the project has another draft", async () => {
    const w = await open();
    const draft = await written(w);
    const keys = [await askForTake(w, draft), await askForTake(w, draft)];
    for (const key of keys) await run(w, key);
    const [first, second] = keys.map(({ jobId }) => ({ userId, jobId }));
    if (!first || !second) throw new Error("there are two");
    await updateScene(projectDeps(w), ref, "e1s1", { version: 1, clip: { jobId: first.jobId } });
    await expect(deleteJob(w.deps, first)).rejects.toThrow("It is the clip of shot 1 of the scene e1s1.");
    await deleteJob(w.deps, second);
    expect(await takesOf(w, draft)).toEqual([first.jobId]);
    expect(
      await answerOf(updateScene(projectDeps(w), ref, "e1s1", { version: 2, clip: { jobId: second.jobId } })),
    ).toBe("invalid_request");
    const next = await askForText(w, draft);
    await run(w, next);
    expect((await project(w))?.draft).toBe(next.jobId);
    await deleteJob(w.deps, first);
    const scene = (await readScene(w.table, { ...ref, draft }, "e1s1"))?.value;
    expect([scene?.takes, scene?.shots.map(({ clip }) => clip)]).toEqual([[], scene?.shots.map(() => null)]);
  });

  it("is never shown by a shot when its job is gone, whoever dies or is a moment faster", async () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const w = await open();
      const draft = await written(w);
      const key = await askForTake(w, draft);
      await run(w, key);
      const pin = () => answerOf(updateScene(projectDeps(w), ref, "e1s1", { version: 1, clip: { jobId: key.jobId } }));
      let calls = 0;
      let pinned: unknown = null;
      const slow = w.process({
        async around(_, act) {
          if (++calls === n) pinned = await pin();
          return act();
        },
      });
      const deleted = await answerOf(deleteJob(slow, key));
      isOver = pinned === null;
      const shown = (await readScene(w.table, { ...ref, draft }, "e1s1"))?.value.shots.filter(
        ({ clip }) => clip !== null,
      );
      const isThere = (await w.job(key)).deletion === undefined;
      expect([n, deleted, shown?.length]).toEqual([n, isThere ? "conflict" : "done", isThere ? 1 : 0]);
      expect([n, isOver ? "done" : pinned]).toEqual([n, isThere ? "done" : isOver ? "done" : "invalid_request"]);
    }
  });

  it("is one of twelve at most: the oldest go, but for those that are shown", async () => {
    const w = await openAny({ provider: writing(), credits: 1000 });
    const draft = await written(w);
    const ids: string[] = [];
    for (let i = 0; i < 14; i++) {
      const key = await askForTake(w, draft);
      await run(w, key);
      ids.push(key.jobId);
      if (i === 0) await updateScene(projectDeps(w), ref, "e1s1", { version: 1, clip: { jobId: key.jobId } });
    }
    expect(await takesOf(w, draft)).toEqual([ids[0], ...ids.slice(3)]);
  });
});
