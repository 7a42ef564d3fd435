// What lies in the zip of a production: every file under a name that says what it is, and with them how each was made.
import type { NodeKind } from "../../drama/plan.ts";
import type { ArchiveEntry } from "../../ports/archive.ts";
import type { PlanFile } from "../plans.ts";
import type { exportProduction } from "../reading/export.ts";

type Exported = Awaited<ReturnType<typeof exportProduction>>;

const folders: Readonly<Record<NodeKind, string>> = {
  episode: "film",
  cut: "cuts",
  clip: "clips",
  still: "stills",
  portrait: "portraits",
  poster: "posters",
  line: "sounds",
  music: "sounds",
  subtitles: "subtitles",
  screenplay: "screenplay",
};

/** The same for the same production, whoever asks and whenever: no URL that expires, and no time of reading, is part of it. */
export function contentsOf({ production, files }: Exported, { plan, snapshot }: PlanFile): ArchiveEntry[] {
  const named = files.map(({ url: _, key, ...file }) => ({ name: nameOf(file.node, file.kind, key), key, ...file }));
  const screenplay = plan.screenplay ?? snapshot.screenplay;
  const { id, projectId, title, status, reason, round, cost, createdAt } = production;
  const manifest = {
    production: { id, projectId, title, status, reason, round, cost, createdAt },
    files: named.map(({ name, key: _, ...file }) => ({ file: name, ...file })),
  };
  return [
    { name: "README.txt", text: readme(production, named, isFilmOf(files, plan)) },
    { name: "manifest.json", text: JSON.stringify(manifest, null, 2) },
    ...(screenplay ? [{ name: "screenplay.json", text: JSON.stringify(screenplay, null, 2) }] : []),
    ...named.map(({ name, key, size }) => ({ name, key, size })),
  ];
}

/** Every episode is there, as it is wanted: also when a round behind that was cancelled, or has failed. */
function isFilmOf(files: Exported["files"], { nodes }: PlanFile["plan"]): boolean {
  const fresh = new Set(files.flatMap(({ node, isStale }) => (isStale ? [] : [node])));
  const episodes = nodes.filter(({ kind }) => kind === "episode");
  return episodes.length > 0 && episodes.every(({ id }) => fresh.has(id));
}

function nameOf(node: string, kind: NodeKind, key: string): string {
  return `${folders[kind]}/${node}.${key.slice(key.lastIndexOf(".") + 1)}`;
}

const about: Readonly<Record<string, string>> = {
  film: "the episodes, one file for each format",
  cuts: "the scenes, as the episodes were joined of them (H.264 and PCM)",
  clips: "the shots",
  stills: "the pictures that the shots were made from",
  portraits: "what the characters look like",
  posters: "a picture for each episode",
  sounds: "each line as it was spoken, and the music",
  subtitles: "of each episode, as SRT and WebVTT",
  screenplay: "as its writer handed it over",
};

function readme({ id, title, status }: Exported["production"], named: readonly { name: string }[], isFilm: boolean) {
  const count = (folder: string) => named.filter(({ name }) => name.startsWith(`${folder}/`)).length;
  const lines = Object.entries(about).flatMap(([folder, what]) => {
    const files = count(folder);
    return files === 0 ? [] : [`${`${folder}/`.padEnd(14)}${String(files).padStart(4)}  ${what}`];
  });
  const state = isFilm ? "" : `\nThe production is ${status}: this is what was made of it.\n`;
  return [
    title || "A short drama",
    `production ${id}`,
    state,
    ...lines,
    `${"screenplay.json".padEnd(20)}what was filmed: characters, scenes, lines`,
    `${"manifest.json".padEnd(20)}of each file: sha256, size, what it was made from, by which model, of which words, seed and price`,
    "",
    "All of it was made with AI, and the files say so of themselves where their formats can. What you may do with pictures, voices and music is",
    "decided by the terms of the models' vendors, which manifest.json names file by file, and by the licences of files that you brought along.",
    "",
  ].join("\n");
}
