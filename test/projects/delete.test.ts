// What is left of a project that is deleted, and what its pictures take: whoever dies, at whichever call.
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { statusOf } from "../../shared/jobs/states.ts";
import { createProject } from "../../shared/projects/create-project.ts";
import { deleteProject } from "../../shared/projects/delete-project.ts";
import { readFilm } from "../../shared/projects/film.ts";
import { listProjects, showProject } from "../../shared/projects/list.ts";
import { readCharacter } from "../../shared/projects/reading.ts";
import { type CharacterChange, updateCharacter } from "../../shared/projects/update-character.ts";
import { updateProject } from "../../shared/projects/update-project.ts";
import { updateScene } from "../../shared/projects/update-scene.ts";
import { deleteUpload } from "../../shared/uploads/delete-upload.ts";
import { readUpload } from "../../shared/uploads/read-upload.ts";
import { refOf, uploadOf } from "../../shared/uploads/upload.ts";
import { checkGone, register, remove } from "../jobs/deleting.ts";
import { type World, type WorldOptions, worlds } from "../jobs/fixture.ts";
import { type Around, dying, itemPut, objectOf } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import {
  answerOf,
  askForTake,
  askForText,
  beRunning,
  differencesOf,
  leftOf,
  makeProject,
  project,
  projectDeps,
  ref,
  run,
  writing,
  written,
} from "./world.ts";

const openAny = worlds();
const open = (options: WorldOptions = {}) => openAny({ provider: writing(), ...options });
const HOUR = 60 * 60_000;

/** With scenes, and a picture that was drawn. */
async function withPicture(options: WorldOptions = {}): Promise<{ w: World; draft: string; jobId: string }> {
  const w = await open(options);
  const draft = await written(w);
  const job = await w.create();
  await run(w, { userId, jobId: job.id });
  return { w, draft, jobId: job.id };
}

function give(w: World, jobId: string, by = w.deps, change: Partial<CharacterChange> = {}): Promise<unknown> {
  return updateCharacter(projectDeps(w, by), ref, "c1", { version: 1, portrait: { jobId, index: 0 }, ...change });
}

const portraitOf = async (w: World, draft: string) =>
  (await readCharacter(w.table, { ...ref, draft }, "c1"))?.value.portrait ?? null;

async function ownUploads(w: World) {
  const query = { partition: `user#${userId}`, prefix: "upload#", order: "ascending", limit: 100 } as const;
  return (await w.table.query(query)).items.filter((item) => uploadOf(item).project);
}

describe("A deleted project", () => {
  it("is not there any more at once; what it had goes at the next tick, and a day later nothing names it", async () => {
    const { w, jobId } = await withPicture();
    await give(w, jobId);
    const used = (await w.account()).usedBytes ?? 0;
    await deleteProject(w.deps, ref);
    for (const act of [
      () => deleteProject(w.deps, ref),
      () => updateProject(projectDeps(w), ref, { version: 1, settings: { title: "x" } }),
      () => updateScene(projectDeps(w), ref, "e1s1", { version: 1, mood: "sad" }),
      () => give(w, jobId),
    ])
      expect(await answerOf(act())).toBe("not_found");
    await w.tick();
    expect((await leftOf(w)).filter((name) => !/^(project|upload)#/.test(name))).toEqual([]);
    expect((await w.account()).usedBytes).toBe(used - tinyPng.length);
    expect(JSON.stringify(await project(w))).not.toContain("Ferry");
    const deletedAt = w.clock.now();
    await w.rest();
    expect([await leftOf(w), w.clock.now() - deletedAt]).toEqual([[], 25 * HOUR]);
    expect(await differencesOf(w)).toEqual([]);
  });

  it("is gone in the end, at whichever call whoever deletes or removes it dies", async () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const { w, jobId } = await withPicture();
      await give(w, jobId);
      let calls = 0;
      const dead = dying(() => (++calls === n ? (n % 2 === 0 ? "before" : "after") : null));
      const by = w.process({ around: dead.around });
      await deleteProject(by, ref).catch(() => undefined);
      await w.tick(by).catch(() => undefined);
      isOver = !dead.isDead();
      expect([n, await differencesOf(w)]).toEqual([n, []]);
      if ((await project(w))?.deletedAt === null) await deleteProject(w.deps, ref);
      await w.rest();
      expect([n, await leftOf(w), await differencesOf(w)]).toEqual([n, [], []]);
    }
  });

  it("is deleted by one of ten who want to at once", async () => {
    const w = await open();
    await makeProject(w);
    const answers = await Promise.all(Array.from({ length: 10 }, () => answerOf(deleteProject(w.process(), ref))));
    expect(answers.toSorted()).toEqual(["done", ...Array(9).fill("not_found")]);
  });

  it("names the production that is to be stopped first", async () => {
    const w = await open();
    await makeProject(w);
    await beRunning(w, "running");
    expect(await deleteProject(w.deps, ref)).toMatchObject({ running: "p", deletedAt: w.clock.now() });
  });

  it("is shown as run by nobody once its production has settled, also where its name was left behind", async () => {
    const w = await open();
    await makeProject(w);
    const shown = async () => [
      (await showProject(projectDeps(w), ref)).running,
      (await listProjects(projectDeps(w), userId, { limit: 10 })).items.map(({ running }) => running),
    ];
    const version = await beRunning(w, "running");
    expect(await shown()).toEqual(["p", ["p"]]);
    await beRunning(w, "settled", version ?? 1);
    expect((await project(w))?.running).toBe("p");
    expect(await shown()).toEqual([null, [null]]);
  });

  it("is not made again by a late repeat of the request that made it", async () => {
    const w = await open();
    const make = () => createProject(projectDeps(w), { userId, wish: { title: "Once" }, key: "k" });
    const { project: made, isNew } = await make();
    expect([isNew, (await make()).isNew]).toEqual([true, false]);
    await deleteProject(w.deps, { userId, projectId: made.id });
    await w.tick();
    await expect(make()).rejects.toThrow("was deleted");
  });

  it("goes with its user, with scenes, characters and pictures", async () => {
    const { w, jobId, draft } = await withPicture({ isBare: true });
    await register(w);
    await give(w, jobId);
    const take = await askForTake(w, draft);
    await askForText(w, draft);
    await remove(w.deps);
    await w.rest();
    expect([await leftOf(w), statusOf(await w.job(take))]).toEqual([[], "cancelled"]);
    await checkGone(w);
  });
});

describe("A project", () => {
  it("is made once by its key, at whichever call whoever makes it dies", async () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const w = await open();
      let calls = 0;
      const dead = dying(() => (++calls === n ? (n % 2 === 0 ? "before" : "after") : null));
      const asked = { userId, wish: { title: "Once" }, key: "k" };
      await createProject(projectDeps(w, w.process({ around: dead.around })), asked).catch(() => undefined);
      isOver = !dead.isDead();
      const [first, second] = [await createProject(projectDeps(w), asked), await createProject(projectDeps(w), asked)];
      expect(second).toEqual({ ...first, isNew: false });
      const query = { partition: `user#${userId}`, prefix: "project#", order: "ascending", limit: 10 } as const;
      expect([n, (await w.table.query(query)).items.length]).toEqual([n, 1]);
    }
  });

  it("that got another draft while its scene or character was changed says so: the change would be seen by nobody", async () => {
    for (const what of ["scene", "character"]) {
      const w = await open();
      const draft = await written(w);
      const next = await askForText(w, draft);
      let isDone = false;
      const slow = w.process({
        async around(call, act) {
          if (itemPut(call)?.sort.startsWith(`${what}#`) && !isDone) {
            isDone = true;
            await run(w, next);
          }
          return act();
        },
      });
      const act =
        what === "scene"
          ? updateScene(projectDeps(w, slow), ref, "e1s1", { version: 1, mood: "sad" })
          : updateCharacter(projectDeps(w, slow), ref, "c1", { version: 1, name: "Mei" });
      await expect(act).rejects.toThrow("another draft");
      expect((await project(w))?.draft).toBe(next.jobId);
    }
  });

  it("is a film with what its user has given and chosen", async () => {
    const { w, draft, jobId } = await withPicture();
    const take = await askForTake(w, draft, "e2s1");
    await run(w, take);
    await give(w, jobId);
    await updateScene(projectDeps(w), ref, "e2s1", { version: 1, clip: { jobId: take.jobId } });
    const now = await project(w);
    if (!now) throw new Error("it is there");
    const film = await readFilm(w.table, now);
    expect(film.screenplay).toMatchObject({ kind: "screenplay", title: "The Ferry", language: "en" });
    expect(film.screenplay?.episodes.map(({ scenes }) => scenes.length)).toEqual([2, 2]);
    expect(film.screenplay?.episodes[0]?.scenes[0]?.shots?.[0]).not.toHaveProperty("clip");
    expect([Object.keys(film.portraits), Object.keys(film.clips)]).toEqual([["c1"], ["e2s1h1"]]);
    expect(film.clips.e2s1h1).toMatchObject({ key: expect.stringContaining(take.jobId), size: tinyPng.length });
    await deleteProject(w.deps, ref);
  });
});

describe("A picture that a project has for itself", () => {
  it("is counted once and is there, at whichever call whoever gives it dies, and when they try again", async () => {
    for (const tries of [0, 1]) {
      for (let n = 1, isOver = false; !isOver; n++) {
        const { w, draft, jobId } = await withPicture({ isBare: true });
        const before = (await w.account()).usedBytes ?? 0;
        let calls = 0;
        const dead = dying(() => (++calls === n ? (n % 2 === 0 ? "before" : "after") : null));
        await give(w, jobId, w.process({ around: dead.around })).catch(() => undefined);
        isOver = !dead.isDead();
        const isWritten = (await portraitOf(w, draft)) !== null;
        if (tries > 0 && !isWritten) await give(w, jobId);
        const portrait = await portraitOf(w, draft);
        // What a character counts on lies there from the beginning.
        if (portrait) expect(await w.store.head(portrait.key)).toMatchObject({ size: tinyPng.length });
        await w.rest();
        const objects = await w.objects(`users/${userId}/projects/`);
        const { usedBytes, uploads = {} } = await w.account();
        const counted = objects.reduce((sum, { size }) => sum + size, 0);
        expect([n, usedBytes, uploads]).toEqual([n, before + counted, {}]);
        expect([n, await differencesOf(w)]).toEqual([n, []]);
        if (portrait) expect(objects.map(({ key }) => key)).toEqual([portrait.key]);
      }
    }
  });

  it("given by five at once is one copy, counted once; one of them has changed the character", async () => {
    const { w, draft, jobId } = await withPicture();
    const before = (await w.account()).usedBytes ?? 0;
    const answers = await Promise.all(Array.from({ length: 5 }, () => answerOf(give(w, jobId, w.process()))));
    expect(answers.toSorted()).toEqual(["conflict", "conflict", "conflict", "conflict", "done"]);
    expect((await w.account()).usedBytes).toBe(before + tinyPng.length);
    expect((await ownUploads(w)).length).toBe(1);
    expect(await portraitOf(w, draft)).toMatchObject({ size: tinyPng.length, contentType: "image/png" });
    await deleteProject(w.deps, ref);
  });

  it("is no upload of its user's: nobody sees, deletes or works on it", async () => {
    const { w, jobId } = await withPicture();
    await give(w, jobId);
    const [item] = await ownUploads(w);
    if (!item) throw new Error("it is there");
    const own = refOf(item);
    expect(await readUpload(w.deps, own.userId, own.uploadId)).toBeNull();
    expect(await answerOf(deleteUpload(w.deps, own))).toBe("not_found");
    const worked = give(w, jobId, w.deps, { version: 2, portrait: { uploadId: own.uploadId } });
    await expect(worked).rejects.toThrow("is no upload of yours");
    await deleteProject(w.deps, ref);
  });

  it("that does not fit is refused, and leaves nothing", async () => {
    const { w, draft, jobId } = await withPicture();
    const full = w.process();
    full.settings = { ...full.settings, maxStoredBytes: ((await w.account()).usedBytes ?? 0) + tinyPng.length - 1 };
    expect(await answerOf(give(w, jobId, full))).toBe("storage_full");
    expect([await portraitOf(w, draft), await ownUploads(w)]).toEqual([null, []]);
    expect((await w.account()).uploads ?? {}).toEqual({});
  });

  it("whose file never came is given up after a while, and can be given again", async () => {
    const { w, draft, jobId } = await withPicture({ isBare: true });
    const away: Around = (call, act) =>
      objectOf(call, "put")?.includes("/projects/") ? Promise.reject(new AppError("unavailable")) : act();
    expect(await answerOf(give(w, jobId, w.process({ around: away })))).toBe("unavailable");
    for (let i = 0; i < 12; i++) {
      w.clock.pass(30_000);
      await w.tick();
    }
    expect((await w.account()).uploads ?? {}).toEqual({});
    await give(w, jobId);
    expect(await portraitOf(w, draft)).not.toBeNull();
    expect(await differencesOf(w)).toEqual([]);
  });
});
