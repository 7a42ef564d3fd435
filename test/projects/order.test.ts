// The order in which scenes are told: one write of the project, whoever else is about; everything else stays where it was.
import { expect, it } from "vitest";
import { readFilm } from "../../shared/projects/film.ts";
import { listScenes } from "../../shared/projects/list.ts";
import { readScene } from "../../shared/projects/reading.ts";
import { updateProject } from "../../shared/projects/update-project.ts";
import { updateScene } from "../../shared/projects/update-scene.ts";
import { type World, worlds } from "../jobs/fixture.ts";
import { dying, itemPut } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";
import {
  answerOf,
  askForTake,
  askForText,
  project,
  projectDeps,
  projectId,
  ref,
  run,
  writing,
  written,
} from "./world.ts";

const openAny = worlds();
const open = () => openAny({ provider: writing() });

const moved = ["e1s2", "e1s1", "e2s1", "e2s2"];

const order = (w: World, version: number, sceneOrder: readonly string[] | null, by = w.deps) =>
  updateProject(projectDeps(w, by), ref, { version, settings: {}, sceneOrder });

async function told(w: World, { limit = 100, after }: { limit?: number; after?: string } = {}) {
  const page = await listScenes(w.deps, ref, { limit, after });
  return page.items.map(({ id, episode, number }) => `${id} is ${episode}.${number}`);
}

const filmed = async (w: World, edit = {}) => {
  const mine = await project(w);
  if (!mine) throw new Error("there is no project");
  return (await readFilm(w.table, mine, edit)).screenplay?.episodes.map(({ scenes }) => scenes.map(({ id }) => id));
};

it("is the film's and the list's; each scene keeps its id, its version, and its shots' clips", async () => {
  const w = await open();
  const draft = await written(w);
  const take = await askForTake(w, draft);
  await run(w, take);
  await updateScene(projectDeps(w), ref, "e1s1", { version: 1, clip: { jobId: take.jobId } });
  const before = (await readScene(w.table, { ...ref, draft }, "e1s1"))?.value;
  expect(await filmed(w, { sceneOrder: moved })).toEqual([
    ["e1s2", "e1s1"],
    ["e2s1", "e2s2"],
  ]);
  expect(await filmed(w)).toEqual([
    ["e1s1", "e1s2"],
    ["e2s1", "e2s2"],
  ]);
  await order(w, 1, moved);
  expect(await filmed(w)).toEqual([
    ["e1s2", "e1s1"],
    ["e2s1", "e2s2"],
  ]);
  expect(await told(w)).toEqual(["e1s2 is 1.1", "e1s1 is 1.2", "e2s1 is 2.1", "e2s2 is 2.2"]);
  expect([await told(w, { limit: 1 }), await told(w, { limit: 2, after: "e1s2" })]).toEqual([
    ["e1s2 is 1.1"],
    ["e1s1 is 1.2", "e2s1 is 2.1"],
  ]);
  expect((await readScene(w.table, { ...ref, draft }, "e1s1"))?.value).toEqual(before);
  const mine = await project(w);
  if (!mine) throw new Error("there is no project");
  expect(Object.keys((await readFilm(w.table, mine)).clips)).toEqual(["e1s1h1"]);
  const edited = await updateScene(projectDeps(w), ref, "e1s1", { version: 2, mood: "sad" });
  expect([edited.number, (await readScene(w.table, { ...ref, draft }, "e1s1"))?.value.number]).toEqual([2, 1]);
  await order(w, 2, null);
  expect(await filmed(w)).toEqual([
    ["e1s1", "e1s2"],
    ["e2s1", "e2s2"],
  ]);
});

it("of two who move at once is one's; the other one is told to read it again", async () => {
  const w = await open();
  await written(w);
  const wanted = [moved, ["e1s1", "e1s2", "e2s2", "e2s1"]];
  const answers = await Promise.all(wanted.map((each) => answerOf(order(w, 1, each))));
  expect(answers.toSorted()).toEqual(["conflict", "done"]);
  expect(await filmed(w)).toEqual([
    wanted[answers.indexOf("done")]?.slice(0, 2),
    wanted[answers.indexOf("done")]?.slice(2),
  ]);
});

it("is written whole or not at all, at whichever call its writer dies", async () => {
  for (let n = 1, isOver = false; !isOver; n++) {
    const w = await open();
    await written(w);
    let calls = 0;
    const dead = dying(() => (++calls === n ? (n % 2 === 0 ? "before" : "after") : null));
    await order(w, 1, moved, w.process({ around: dead.around })).catch(() => undefined);
    isOver = !dead.isDead();
    const now = await project(w);
    expect([n, await told(w)]).toEqual([
      n,
      now?.version === 2
        ? ["e1s2 is 1.1", "e1s1 is 1.2", "e2s1 is 2.1", "e2s2 is 2.2"]
        : ["e1s1 is 1.1", "e1s2 is 1.2", "e2s1 is 2.1", "e2s2 is 2.2"],
    ]);
  }
});

it("of a draft that another one has followed meanwhile is refused; and each draft keeps its own", async () => {
  const w = await open();
  const first = await written(w);
  const next = await askForText(w, first);
  let isDone = false;
  const slow = w.process({
    async around(call, act) {
      if (itemPut(call)?.sort === `project#${projectId}` && !isDone) {
        isDone = true;
        await run(w, next);
      }
      return act();
    },
  });
  expect(await answerOf(order(w, 1, moved, slow))).toBe("conflict");
  expect(await project(w)).toMatchObject({ draft: next.jobId, version: 1 });
  expect(await filmed(w)).toEqual([
    ["e1s1", "e1s2"],
    ["e2s1", "e2s2"],
  ]);
  await order(w, 1, moved);
  const back = await updateProject(projectDeps(w), ref, { version: 2, settings: {}, draft: first });
  expect([back.draft, await filmed(w)]).toEqual([
    first,
    [
      ["e1s1", "e1s2"],
      ["e2s1", "e2s2"],
    ],
  ]);
  await updateProject(projectDeps(w), ref, { version: 3, settings: {}, draft: next.jobId });
  expect(await filmed(w)).toEqual([
    ["e1s2", "e1s1"],
    ["e2s1", "e2s2"],
  ]);
});

it("is remembered for the four drafts that were moved in last, so that the project stays small", async () => {
  const w = await openAny({ provider: writing(), credits: 1000 });
  const drafts = [await written(w)];
  for (let i = 1; i < 6; i++) {
    const key = await askForText(w, drafts.at(-1));
    await run(w, key);
    drafts.push(key.jobId);
  }
  for (const [i, draft] of drafts.entries())
    await updateProject(projectDeps(w), ref, { version: i + 1, settings: {}, draft, sceneOrder: moved });
  expect((await project(w))?.orders?.map((each) => each.draft)).toEqual(drafts.slice(2));
});

it.each<[string, string[], string]>([
  ["a scene that there is not", ["e1s2", "e1s1", "e2s1", "e2s9"], "sceneOrder.3"],
  ["a scene twice", ["e1s2", "e1s1", "e2s1", "e1s2"], "sceneOrder.3"],
  ["not all of them", ["e1s2", "e2s1", "e2s2"], "sceneOrder"],
  ["a scene in another episode", ["e1s1", "e2s1", "e1s2", "e2s2"], "sceneOrder.2"],
])("that names %s is refused, by name, and nothing is written", async (_, wanted, path) => {
  const w = await open();
  await written(w);
  await expect(order(w, 1, wanted)).rejects.toMatchObject({ status: 400, details: [{ path }] });
  await expect(filmed(w, { sceneOrder: wanted })).rejects.toMatchObject({ details: [{ path: `edit.${path}` }] });
  expect(await project(w)).toMatchObject({ version: 1 });
});

it("of a project without scenes is refused", async () => {
  const w = await open();
  await written(w);
  const other = "01900000-0000-7000-8000-00000000dddd";
  const mine = await project(w);
  await w.table.put(
    {
      ...{ partition: `user#${userId}`, sort: `project#${other}` },
      data: { ...(mine as object), id: other, draft: null } as never,
    },
    "absent",
  );
  const change = { version: 1, settings: {}, sceneOrder: moved };
  await expect(updateProject(projectDeps(w), { userId, projectId: other }, change)).rejects.toMatchObject({
    ...{ status: 400, details: [{ path: "sceneOrder" }] },
  });
});
