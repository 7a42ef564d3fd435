// Projects in a world of jobs: a user with a project, a provider that writes screenplays, and what is left of it all.
import { readLedger } from "../../shared/credits/ledger.ts";
import { type Job, type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import type { ScreenplayWish } from "../../shared/ports/wishes.ts";
import { newProject } from "../../shared/projects/create-project.ts";
import type { ProjectDeps } from "../../shared/projects/deps.ts";
import type { Project } from "../../shared/projects/project.ts";
import { changeProject, readProject, writeProject } from "../../shared/projects/stored.ts";
import { writeScreenplay } from "../../shared/providers/sketch/writing/write.ts";
import { uploadOf } from "../../shared/uploads/upload.ts";
import { never, type World } from "../jobs/fixture.ts";
import { userId } from "../jobs/request.ts";
import type { Script } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";

export const projectId = "01900000-0000-7000-8000-00000000cccc";
export const ref = { userId, projectId };

export const wish: ScreenplayWish = {
  ...{ language: "en", genre: "comedy", episodes: 2, scenesPerEpisode: 2, durationSec: 20, title: "The Ferry" },
};

export const screenplay = writeScreenplay({ prompt: "a ferry", seed: 1, index: 0, wish });

/** Writes the screenplay when it is asked for a text, and draws a picture otherwise. */
export function writing(): Script {
  let type = "image";
  return {
    start(_count, _reference, call) {
      type = call?.request.type ?? type;
      return { state: "succeeded", sources: [{ kind: "stream", data: { index: 0 } }] };
    },
    async open() {
      return (async function* () {
        yield type === "text" ? Buffer.from(JSON.stringify(screenplay)) : tinyPng;
      })();
    },
  };
}

export async function makeProject(w: World): Promise<void> {
  await writeProject(w.table, newProject(ref, { title: "The Ferry" }, w.clock.now()), "absent");
}

export async function project(w: World): Promise<Project | null> {
  return (await readProject(w.table, ref))?.project ?? null;
}

/** A production has the project, and is in that state. Answers the version of its item. */
export async function beRunning(w: World, state: "running" | "settled", version?: number): Promise<number | null> {
  await changeProject(w.table, ref, (current) => ({ ...current, running: "p" }));
  const item = { partition: `user#${userId}`, sort: "production#p", data: { state } };
  return w.table.put(item, version === undefined ? "absent" : { version });
}

/** A job whose screenplay is for the project, not run yet. */
export async function askForText(w: World, after: string | null = null): Promise<JobKey> {
  const request = { type: "text", operation: "generate", model: "scripted", prompt: "a ferry", n: 1 } as const;
  const destination = { kind: "screenplay", projectId, after } as const;
  return keyOf(await w.create({ type: "text", request: { ...request, screenplay: wish }, destination }));
}

/** A job whose picture stands for a clip of the scene, not run yet. */
export async function askForTake(w: World, draft: string, sceneId = "e1s1"): Promise<JobKey> {
  return keyOf(await w.create({ destination: { kind: "take", projectId, draft, sceneId } }));
}

export function run(w: World, key: JobKey, by = w.deps): Promise<unknown> {
  return advance(by, key, { by: "run-job", signal: never });
}

/** With the scenes of its first screenplay. */
export async function written(w: World): Promise<string> {
  await makeProject(w);
  const key = await askForText(w);
  await run(w, key);
  return key.jobId;
}

export function projectDeps(w: World, deps = w.deps): ProjectDeps {
  return {
    ...{ ...deps, countStorage, projectLimits: { maxProjects: 100 }, lookForUpload: async () => {} },
    generation: {
      ...{ prices: {}, isDryRun: false, fallbacks: {}, trustedHosts: parseTrustedHosts("") },
      defaultProvider: { image: null, video: null, text: null, audio: null },
      deadlineMs: { image: 900_000, video: 900_000, text: 900_000, audio: 900_000 },
      visibleLabel: {
        ...{ kinds: [], text: "", marksImports: false, isRequired: false, mayBeDeclined: false, loggedForMs: 0 },
        filmsLack: () => null,
      },
    },
  };
}

/** Sort keys of the user's items, and keys of objects, that name the project or lie in it. */
export async function leftOf(w: World): Promise<string[]> {
  const { items } = await w.table.query({ partition: `user#${userId}`, prefix: "", order: "ascending", limit: 1000 });
  const named = items.filter(
    ({ sort, data }) => sort.includes(projectId) || JSON.stringify(data.project ?? {}).includes(projectId),
  );
  const objects = await w.objects(`users/${userId}/projects/`);
  return [...named.map(({ sort }) => sort), ...objects.map(({ key }) => key)];
}

/** What does not add up, of credits and of bytes. */
export async function differencesOf(w: World): Promise<string[]> {
  const { items } = await w.table.query({
    ...{ partition: `user#${userId}`, prefix: "upload#", order: "ascending", limit: 1000 },
  });
  const { lines: olderLines } = (await readLedger(w.table, userId, { limit: 1000 })) ?? { lines: [] };
  const [account, jobs]: [Awaited<ReturnType<World["account"]>>, Job[]] = [await w.account(), await w.jobs()];
  return checkLedger({ account, olderLines, jobs, uploads: items.map(uploadOf) }, w.clock.now());
}

export function answerOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => "done",
    (error) => error.type ?? String(error),
  );
}
