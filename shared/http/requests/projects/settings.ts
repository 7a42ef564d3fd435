// What a project is to become: of a new one, and of one that is there.
import * as z from "zod/mini";
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
    .check(
      z.minLength(1),
      z.maxLength(3),
      z.refine((all) => new Set(all).size === all.length, { error: "must not name one twice" }),
    )
    .register(z.globalRegistry, {
      description: "Everything is made for the first one; the others are cut from the same clips.",
    }),
  style: text({ min: 0, max: 200, description: "How its pictures look, in words." }),
  models: z
    .strictObject({
      ...{ text: z.optional(modelWish), image: z.optional(modelWish) },
      ...{ video: z.optional(modelWish), audio: z.optional(modelWish) },
    })
    .register(z.globalRegistry, { description: "Whom to ask for what. What is left out is the operator's default." }),
  subtitles,
  music: z.boolean(),
  seed: z.int().check(z.minimum(0), z.maximum(2147483647)),
  onFailure: onFailure.clone().register(z.globalRegistry, {
    description:
      "What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.",
  }),
};

const { title, ...others } = settings;

export const newProject = z.strictObject({ title, ...z.partial(z.strictObject(others)).shape });

export const settingsChange = z.partial(z.strictObject(settings));

export const projectChange = z.strictObject({
  version,
  ...settingsChange.shape,
  draft: z.optional(id).register(z.globalRegistry, {
    description: "One of its drafts, which is to count from now on: the id of the job that wrote it.",
  }),
  sceneOrder: z.optional(sceneOrder),
});

/** As the project has it. */
export function settingsOf<Said extends { music?: boolean | undefined }>({ music, ...said }: Said) {
  return { ...said, hasMusic: music };
}
