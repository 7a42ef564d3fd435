// An export in the form that was asked for: a text at once, or the job that makes a file.
import { AppError } from "../../errors/app-error.ts";
import type { Job } from "../../jobs/job.ts";
import type { ArchiveEntry, ArchiveFormat } from "../../ports/archive.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import type { AskingDeps } from "../deps.ts";
import { isThere, stateOf } from "../graph.ts";
import { readPlan } from "../plans.ts";
import type { Production } from "../production.ts";
import { exportProduction, readNodes } from "../reading/export.ts";
import { archiveJob } from "./archive-job.ts";
import { contentsOf } from "./contents.ts";
import { fcpxmlOf } from "./fcpxml.ts";
import { draftOf } from "./jianying.ts";
import { otioOf } from "./otio.ts";
import { type Exported, type Timeline, timelineOf } from "./timeline.ts";

const writers = { fcpxml: fcpxmlOf, otio: otioOf } as const;

export type TimelineFormat = keyof typeof writers;

/** What there is of the episode by now. Throws 404, 409. */
export async function exportTimeline(
  deps: AskingDeps,
  production: Production,
  { format, episode }: { format: TimelineFormat; episode: number },
): Promise<string> {
  const timeline = timelineOf(deps, await exportedOf(deps, production), episode);
  const urls = await urlsOf(deps.store, timeline);
  return writers[format](timeline, (key) => urls.get(key) ?? "");
}

/** Throws 404, 409 while it is under way or has made nothing, 413, 429, 507. */
export async function exportArchive(
  deps: AskingDeps,
  production: Production,
  { format, episode }: { format: ArchiveFormat; episode: number },
): Promise<{ job: Job; isNew: boolean }> {
  if (production.state !== "settled") throw underWay();
  const entries = format === "zip" ? await everything(deps, production) : await draftEntries(deps, production, episode);
  return archiveJob(deps, production, { format, entries });
}

async function everything(deps: AskingDeps, production: Production): Promise<ArchiveEntry[]> {
  const exported = await exportProduction(deps, production);
  if (exported.files.length === 0) throw nothingMade();
  return contentsOf(exported, await readPlan(deps, production.planKey));
}

async function draftEntries(deps: AskingDeps, production: Production, episode: number): Promise<ArchiveEntry[]> {
  const timeline = timelineOf(deps, await exportedOf(deps, production), episode);
  const { id, createdAt, completedAt } = production;
  const { content, meta, files } = draftOf(timeline, { id, at: completedAt ?? createdAt });
  const folder = `dream-factory-e${episode}`;
  return [
    { name: `${folder}/draft_content.json`, text: content },
    // What the program is called outside of China, and on a Mac, looks for it under this name.
    { name: `${folder}/draft_info.json`, text: content },
    { name: `${folder}/draft_meta_info.json`, text: meta },
    ...files.map(({ name, file }) => ({ name: `${folder}/materials/${name}`, key: file.key, size: file.size })),
  ];
}

async function exportedOf(deps: AskingDeps, production: Production): Promise<Exported> {
  const { states, planKey } = production;
  const nodes = (await readNodes(deps, production)).filter(({ index }) => isThere(stateOf(states, index)));
  const made = new Map(nodes.flatMap(({ index, output }) => (output ? [[index, output] as const] : [])));
  return { file: await readPlan(deps, planKey), states, made };
}

async function urlsOf(store: RequestStore, { shots, lines, music }: Timeline): Promise<ReadonlyMap<string, string>> {
  const files = [...shots, ...lines.flatMap(({ sound }) => sound ?? []), ...(music ? [music] : [])];
  const keys = [...new Set(files.map(({ file }) => file.key))];
  return new Map(await Promise.all(keys.map(async (key) => [key, await store.url(key)] as const)));
}

function underWay(): AppError {
  return new AppError("conflict", {
    message:
      "The production is under way. Wait until it has ended, or cancel it: what was made by then is exported. format=json, otio and fcpxml tell what there is already.",
  });
}

function nothingMade(): AppError {
  return new AppError("conflict", { message: "The production has made nothing. Resume it first." });
}
