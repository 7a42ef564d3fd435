// POST /ai/generate-screenplay: what a caller may ask for.
import * as z from "zod/mini";
import { languageOf, limits, SHORTEST_SCENE_SEC } from "../../drama/wish.ts";
import { genres, languages } from "../../ports/wishes.ts";
import { inputs } from "./inputs.ts";
import { said, words } from "./said.ts";

export const textOnly = {
  title: z.optional(words(limits.title)),
  language: z.optional(z.enum(languages)).register(z.globalRegistry, { description: "Absent: the prompt's." }),
  genre: z.optional(z.enum(genres)).register(z.globalRegistry, { description: "Absent: `drama`." }),
  episodes: z
    .optional(z.int().check(z.minimum(1), z.maximum(limits.episodes)))
    .register(z.globalRegistry, { description: "Absent: 1." }),
  scenesPerEpisode: z
    .optional(z.int().check(z.minimum(1), z.maximum(limits.scenes)))
    .register(z.globalRegistry, { description: "Absent: 3." }),
};

const { prompt, ...others } = said;

export const screenplayRequest = z
  .strictObject({
    ...{ prompt, ...textOnly, ...others, inputs },
    durationSec: z
      .optional(z.int().check(z.minimum(limits.shortestEpisode), z.maximum(limits.longestEpisode)))
      .register(z.globalRegistry, {
        description: "Of one episode, whose scenes share it. Absent: 60.",
      }),
  })
  .check(z.superRefine(requireTimeForScenes));

/** A screenplay that is asked for, as a generation of the type text. */
export function screenplayGeneration({ prompt, ...request }: z.output<typeof screenplayRequest>) {
  const { title, language, genre, episodes, scenesPerEpisode, durationSec, ...others } = request;
  return {
    ...others,
    prompt,
    operation: "generate" as const,
    screenplay: {
      language: language ?? languageOf(prompt),
      genre: genre ?? "drama",
      episodes: episodes ?? 1,
      scenesPerEpisode: scenesPerEpisode ?? USUAL.scenes,
      durationSec: durationSec ?? USUAL.durationSec,
      ...(title !== undefined && { title }),
    },
  };
}

const USUAL = { scenes: 3, durationSec: 60 } as const;

function requireTimeForScenes(
  {
    durationSec = USUAL.durationSec,
    scenesPerEpisode = USUAL.scenes,
  }: { durationSec?: number | undefined; scenesPerEpisode?: number | undefined },
  context: z.core.$RefinementCtx,
): void {
  if (durationSec >= SHORTEST_SCENE_SEC * scenesPerEpisode) return;
  const message = `is too short for ${scenesPerEpisode} scenes of at least ${SHORTEST_SCENE_SEC} seconds`;
  context.addIssue({ code: "custom", path: ["durationSec"], message });
}
