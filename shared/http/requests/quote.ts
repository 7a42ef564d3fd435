// POST /ai/quote: any of what can be asked for, and what it is.
import * as z from "zod/mini";
import { limits } from "../../drama/wish.ts";
import type { MadeKind } from "../../ports/provider.ts";
import type { Sound } from "../../ports/wishes.ts";
import { describe } from "../issues.ts";
import { LONGEST_VIDEO_SEC } from "./clip-length.ts";
import { imageOnly, imageRequest } from "./image.ts";
import { LONGEST_MUSIC_SEC, musicGeneration, musicOnly, musicRequest } from "./music.ts";
import { screenplayGeneration, screenplayRequest, textOnly } from "./screenplay.ts";
import { operation, seen } from "./seen.ts";
import { speechGeneration, speechOnly, speechRequest } from "./speech.ts";
import { videoOnly, videoRequest } from "./video.ts";

/** What its route takes. */
const ofRoute: Readonly<Record<Exclude<MadeKind, "audio"> | Sound["kind"], z.ZodMiniType>> = {
  image: imageRequest,
  video: videoRequest,
  text: screenplayRequest,
  speech: speechRequest,
  music: musicRequest,
};

/** Any of them, and which: what its route refuses is refused here, by the same names. */
export const quoteRequest = z
  .strictObject({
    type: z._default(z.enum(["image", "video", "text", "audio"]), "image"),
    sound: z
      .optional(z.enum(["speech", "music"]))
      .register(z.globalRegistry, { description: "Of the type audio. Absent: `speech`." }),
    ...{ ...seen, ...imageOnly, ...videoOnly, ...textOnly, ...speechOnly, ...musicOnly },
    operation: z.optional(operation).register(z.globalRegistry, { description: "Absent: `generate`." }),
    durationSec: z.optional(z.int().check(z.minimum(1), z.maximum(limits.longestEpisode))).register(z.globalRegistry, {
      description: `Of a video, at most ${LONGEST_VIDEO_SEC}; of music, at most ${LONGEST_MUSIC_SEC}; or of one episode, at least ${limits.shortestEpisode}.`,
    }),
  })
  .check(
    z.superRefine(({ type, sound, ...asked }, context) => {
      const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: "custom", path, message });
      if (sound !== undefined && type !== "audio") refuse(["sound"], `is not known for the type ${type}`);
      const kind = type === "audio" ? (sound ?? "speech") : type;
      for (const issue of ofRoute[kind].safeParse(asked, { error: describe }).error?.issues ?? []) {
        if (issue.code !== "unrecognized_keys") refuse(issue.path, issue.message);
        else for (const key of issue.keys) refuse([...issue.path, key], `is not known for ${kind}`);
      }
    }),
  );

/** As what it would be asked for. */
export function quotedGeneration({ type, sound, voice, mood, ...request }: z.output<typeof quoteRequest>) {
  if (type === "image" || type === "video") return { ...request, operation: request.operation ?? "generate" };
  if (type === "audio") {
    const { prompt = "", provider, model, seed, dryRun, metadata, webhookUrl, durationSec } = request;
    const heard = { prompt, provider, model, seed, dryRun, metadata, webhookUrl };
    return sound === "music" ? musicGeneration({ ...heard, mood, durationSec }) : speechGeneration({ ...heard, voice });
  }
  const { prompt = "", title, language, genre, episodes, scenesPerEpisode, durationSec } = request;
  const { provider, model, seed, inputs, dryRun, metadata, webhookUrl } = request;
  return screenplayGeneration({
    ...{ prompt, title, language, genre, episodes, scenesPerEpisode, durationSec },
    ...{ provider, model, seed, inputs, dryRun, metadata, webhookUrl },
  });
}
