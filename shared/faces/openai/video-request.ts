// POST videos as OpenAI's clients send it, as a form or as JSON → a generation.
import * as z from "zod/mini";
import { invalidRequest } from "../../http/invalid.ts";
import { chooseModel } from "../../jobs/asking/choose-model.ts";
import type { Generation } from "../../jobs/asking/submit-generation.ts";
import type { Model } from "../../ports/provider.ts";
import { dryRun, inputOf, model, picture, size, whole, words } from "./fields.ts";
import type { Chosen } from "./model-name.ts";

export const videoRequest = z.looseObject({
  prompt: words(4000),
  model,
  seconds: whole(1, 60),
  size,
  seed: whole(0, 2 ** 31 - 1),
  dry_run: dryRun,
  input_reference: z.nullish(z.union([picture, z.looseObject({ image_url: picture })])),
});

type Asked = z.output<typeof videoRequest>;

type Deps = Parameters<typeof chooseModel>[0];

/** What a model makes of itself is asked for by name, so that the video says from the beginning what it will be. */
export function videoGeneration(deps: Deps, asked: Asked, { provider, model }: Chosen): Generation {
  const { prompt, seconds, seed, input_reference: reference } = asked;
  const inputs = reference ? [reference] : [];
  const { model: offer } = chooseModel(deps, { type: "video", operation: "generate", provider, model, inputs });
  const { durationSec, ratio, resolution } = offer.defaults ?? {};
  return {
    ...{ operation: "generate", prompt, dryRun: asked.dry_run, provider, model },
    ...{ durationSec: seconds ?? durationSec, seed: seed ?? undefined },
    ...(asked.size ? shapeOf(asked.size, offer) : { ratio, resolution }),
    ...(reference && { inputs: [inputOf(isPicture(reference) ? reference : reference.image_url)] }),
  };
}

function isPicture(reference: NonNullable<Asked["input_reference"]>): reference is z.output<typeof picture> {
  return picture.safeParse(reference).success;
}

/** What most models of videos make. */
const usual = { ratios: ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"], resolutions: ["480p", "720p", "1080p"] };
/** 1792x1024 is meant to be 16:9. */
const ALMOST = 0.03;

/** Width and height as a ratio and lines; lines that the model does not make become the next fewer ones, so that nothing costs more than was asked for. */
function shapeOf(size: string, offer: Model): { ratio: string; resolution: string } {
  const [width = 1, height = 1] = size.split("x").map(Number);
  const { ratios = usual.ratios, resolutions = usual.resolutions } = offer;
  const ratio =
    ratios.find((each) => Math.abs(shareOf(each) / (width / height) - 1) <= ALMOST) ?? reduced(width, height);
  const lines = Math.min(width, height);
  const ascending = resolutions.map((each) => Number.parseInt(each, 10)).toSorted((a, b) => a - b);
  const made = ascending.findLast((each) => each <= lines) ?? ascending[0] ?? lines;
  return { ratio, resolution: `${made}p` };
}

function shareOf(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  return width / height;
}

function reduced(width: number, height: number): string {
  const [w, h] = [width, height].map((side) => side / divisorOf(width, height)) as [number, number];
  if (w < 100 && h < 100) return `${w}:${h}`;
  throw invalidRequest([
    { path: "size", message: `has no ratio that a model makes; take one of ${usual.ratios.join(", ")}` },
  ]);
}

function divisorOf(a: number, b: number): number {
  return b === 0 ? a : divisorOf(b, a % b);
}
