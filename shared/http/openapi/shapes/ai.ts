// What is told of models and providers.
import * as z from "zod/mini";
import { units } from "../../../ports/provider.ts";
import {
  count,
  mediaType,
  modelName,
  pixelSize,
  providerName,
  qualityName,
  ratioText,
  resolutionText,
} from "./common.ts";

export const shownQuote = z
  .strictObject({
    price: count
      .clone()
      .register(z.globalRegistry, { description: "Credits for all outputs, as a job would be charged now." }),
    balance: z.int(),
    provider: providerName,
    model: modelName,
  })
  .register(z.globalRegistry, { id: "Quote" });

const perUnit = z.number().check(z.minimum(0));

/** How `price` comes about. */
const pricing = z
  .strictObject({
    unit: z.enum(units).register(z.globalRegistry, {
      description:
        "`output`: a picture or a video. `second`: each second of it. `character`: each character that is spoken.",
    }),
    amount: perUnit.clone().register(z.globalRegistry, {
      description: "Credits for each unit, whole or broken. What one output costs is rounded up to whole credits.",
    }),
    tiers: z
      .optional(
        z.strictObject({ by: z.enum(["size", "resolution", "quality"]), amounts: z.record(z.string(), perUnit) }),
      )
      .register(z.globalRegistry, {
        description:
          'Other amounts for what is named here: with `by` "resolution", `amounts["1080p"]` counts instead of `amount` for 1080p, asked for or by default.',
      }),
  })
  .register(z.globalRegistry, { id: "PriceRule" });

const pixels = z.int().check(z.minimum(1));

const sizeRule = z
  .partial(
    z.strictObject({
      minSide: pixels.clone().register(z.globalRegistry, { description: "Pixels." }),
      maxSide: pixels.clone().register(z.globalRegistry, { description: "Pixels." }),
      step: pixels.clone().register(z.globalRegistry, { description: "Each side is a multiple of it." }),
      minPixels: pixels.clone().register(z.globalRegistry, { description: "Width times height." }),
      maxPixels: pixels.clone().register(z.globalRegistry, { description: "Width times height." }),
      maxRatio: z
        .number()
        .check(z.minimum(1))
        .register(z.globalRegistry, { description: "The longer side over the shorter one." }),
      ratios: z.array(ratioText).register(z.globalRegistry, { description: "The size has exactly one of these." }),
    }),
  )
  .register(z.globalRegistry, { id: "SizeRule" });

const model = z
  .strictObject({
    id: modelName,
    provider: providerName,
    type: mediaType,
    operations: z.array(z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])),
    maxOutputs: z.int().check(z.minimum(1)).register(z.globalRegistry, { description: "The most that `n` may be." }),
    inputs: z.strictObject({ min: count, max: count }).register(z.globalRegistry, {
      description: "How many pictures it needs at least, and takes at most, to work on.",
    }),
    sizes: z.optional(z.array(z.string())).register(z.globalRegistry, {
      description: "Pixels, `1024x1024`. Absent: there is a `sizeRule`, or a size cannot be named.",
    }),
    sizeRule: z
      .optional(sizeRule)
      .register(z.globalRegistry, { description: "What a size has to be; what is absent has no limit." }),
    durations: z.optional(z.array(z.int())).register(z.globalRegistry, {
      description: "Seconds. Absent: there is a `durationRange`, or a length cannot be named.",
    }),
    durationRange: z
      .optional(z.strictObject({ min: z.int().check(z.minimum(1)), max: z.int().check(z.minimum(1)) }))
      .register(z.globalRegistry, { description: "Whole seconds, each of which will do." }),
    ratios: z.optional(z.array(z.string())),
    resolutions: z.optional(z.array(z.string())),
    qualities: z.optional(z.array(z.string())),
    sounds: z
      .optional(z.array(z.enum(["speech", "music"])))
      .register(z.globalRegistry, { description: "Of models that are heard." }),
    voices: z.optional(z.array(z.string())).register(z.globalRegistry, { description: "By the vendor's names." }),
    defaults: z
      .optional(
        z.partial(
          z.strictObject({
            size: pixelSize,
            durationSec: z.int().check(z.minimum(1)),
            ratio: ratioText,
            resolution: resolutionText,
            quality: qualityName,
          }),
        ),
      )
      .register(z.globalRegistry, { description: "What it makes when a request leaves these open." }),
    price: count.clone().register(z.globalRegistry, {
      description:
        "Credits for each output of a request that leaves everything else open. `POST /ai/quote` says it of any request.",
    }),
    pricing,
    available: z.boolean(),
    unavailable: z
      .optional(z.strictObject({ reason: z.enum(["no_key", "retired"]), message: z.string() }))
      .register(z.globalRegistry, {
        description:
          "When `available` is false: the operator has no key for its provider, or its vendor serves it no more.",
      }),
    endOfLife: z
      .optional(z.string())
      .register(z.globalRegistry, { description: "The last day on which the vendor serves it." }),
    replacedBy: z.optional(z.string()).register(z.globalRegistry, { description: "What to use instead from then on." }),
    isForTests: z.optional(z.literal(true)).register(z.globalRegistry, {
      description:
        "Of the models that let a frontend meet every ending; taken only when they are named. Absent otherwise.",
    }),
  })
  .register(z.globalRegistry, { id: "Model" });

export const shownModels = z.strictObject({ items: z.array(model) }).register(z.globalRegistry, { id: "ModelList" });

const providerStatus = z
  .strictObject({
    provider: providerName,
    status: z.enum(["up", "down", "unconfigured"]),
    latencyMs: z.optional(count),
    message: z.optional(z.string()),
  })
  .register(z.globalRegistry, { id: "ProviderStatus" });

export const shownProviders = z
  .strictObject({ items: z.array(providerStatus) })
  .register(z.globalRegistry, { id: "ProviderList" });
