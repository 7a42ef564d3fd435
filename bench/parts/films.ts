// A film of two minutes from its pictures or clips, with speech, burnt subtitles and music: how long it takes, and how much memory.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { startProgram } from "../processes.ts";
import type { Filmed, FilmStep } from "../programs/film.ts";
import type { Result } from "../results.ts";

const MAX_SEC = 45;
const MAX_MEGABYTES = 600;
const MAX_SOUND_MS = 40;
const [TARGET_LUFS, MAX_LU] = [-16, 1];
const FRAMES = 2880;

export async function measureFilms(bench: Bench): Promise<Result[]> {
  const folder = await mkdtemp(join(bench.folder, "films-"));
  const asked = { folder, program: process.env.FFMPEG_PATH || null };
  await using maker = startProgram<FilmStep, Filmed | null>("film");
  await maker.ask({ ...asked, step: "make" });
  const bare = required(await maker.ask({ ...asked, step: "bare" }));
  const results: Result[] = [];
  for (const step of ["stills", "clips"] as const) {
    await using program = startProgram<FilmStep, Filmed | null>("film", bench.nodeArguments);
    results.push(...rowsOf(step, required(await program.ask({ ...asked, step })), bare));
  }
  return results;
}

function required(filmed: Filmed | null): Filmed {
  if (filmed?.frames !== FRAMES) throw new Error(`A film of ${FRAMES} frames has ${filmed?.frames}.`);
  return filmed;
}

function rowsOf(of: string, film: Filmed, bare: Filmed): Result[] {
  const seconds = film.ms / 1000;
  const megabytes = (bytes: number) => bytes / 1e6;
  const cuts = film.cutsMs.map((ms) => (ms / 1000).toFixed(1)).join(" ");
  const rest = (film.ms - film.cutsMs.reduce((sum, ms) => sum + ms, 0)) / 1000;
  return [
    {
      measure: `film of 2 min from ${of}`,
      ours: `${seconds.toFixed(1)} s`,
      limit: `${(bare.ms / 1000).toFixed(1)} s`,
      ratio: film.ms / bare.ms,
      aim: `at most ${MAX_SEC} s`,
      isMet: seconds <= MAX_SEC,
      details: `cuts ${cuts} s, the episode ${rest.toFixed(1)} s; processor time ${film.cpuSeconds.toFixed(0)} s, of the limit ${bare.cpuSeconds.toFixed(0)} s: as many frames of clips, encoded at once without all else`,
    },
    {
      measure: `film of 2 min from ${of}, memory of ffmpeg`,
      ours: `${megabytes(film.childrenBytes).toFixed(0)} MB`,
      aim: `at most ${MAX_MEGABYTES} MB`,
      isMet: megabytes(film.childrenBytes) <= MAX_MEGABYTES,
      details: `beside ${megabytes(film.ownBytes).toFixed(0)} MB of the process that starts it`,
    },
    {
      measure: `film of 2 min from ${of}, sound past the picture`,
      ours: `${film.soundMs.toFixed(0)} ms`,
      aim: `at most ${MAX_SOUND_MS} ms`,
      isMet: Math.abs(film.soundMs) <= MAX_SOUND_MS,
      details: `at its end, of ${film.frames} frames`,
    },
    {
      measure: `film of 2 min from ${of}, loudness`,
      ours: `${film.lufs.toFixed(1)} LUFS`,
      aim: `${TARGET_LUFS} ± ${MAX_LU}`,
      isMet: Math.abs(film.lufs - TARGET_LUFS) <= MAX_LU,
      details: "integrated, EBU R 128",
    },
  ];
}
