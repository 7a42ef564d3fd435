// What a project is to become: of a new one, and of one that is there.
import * as z from "zod";
import { limits } from "../../../drama/wish.ts";
import { genres, languages } from "../../../ports/wishes.ts";
import { id } from "../../id.ts";
import { text } from "../../text.ts";
import { extent, version } from "./fields.ts";
import { sceneOrder } from "./ids.ts";
import { modelWish } from "./model-wish.ts";

export const ratio = z.enum(["16:9", "9:16", "1:1"]);
export const subtitles = z.enum(["burnt", "soft", "none"]);
export const onFailure = z.enum(["degrade", "stop"]);

const settings = {
  title: text({ min: 1, max: limits.title, trim: true }),
  description: text({ min: 0, max: 1000 }),
  genre: z.enum(genres),
  language: z.enum(languages),
  ...extent,
  ratios: z
    .array(ratio)
    .min(1)
    .max(3)
    .refine((all) => new Set(all).size === all.length, { error: "must not name one twice" })
    .meta({ description: "Everything is made for the first one; the others are cut from the same clips." }),
  style: text({ min: 0, max: 200 }).meta({ description: "How its pictures look, in words." }),
  models: z
    .strictObject({
      ...{ text: modelWish.optional(), image: modelWish.optional() },
      ...{ video: modelWish.optional(), audio: modelWish.optional() },
    })
    .meta({ description: "Whom to ask for what. What is left out is the operator's default." }),
  subtitles,
  music: z.boolean(),
  seed: z.int().min(0).max(2147483647),
  onFailure: onFailure.meta({
    description:
      "What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.",
  }),
};

const { title, ...others } = settings;

export const newProject = z.strictObject({ title, ...z.strictObject(others).partial().shape });

export const settingsChange = z.strictObject(settings).partial();

export const projectChange = z.strictObject({
  version,
  ...settingsChange.shape,
  draft: id
    .optional()
    .meta({ description: "One of its drafts, which is to count from now on: the id of the job that wrote it." }),
  sceneOrder: sceneOrder.optional(),
});

/** As the project has it. */
export function settingsOf<Said extends { music?: boolean | undefined }>({ music, ...said }: Said) {
  return { ...said, hasMusic: music };
}
