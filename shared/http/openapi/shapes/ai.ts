// What is told of models and providers.
import * as z from "zod";
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
    price: count.meta({ description: "Credits for all outputs, as a job would be charged now." }),
    balance: z.int(),
    provider: providerName,
    model: modelName,
  })
  .meta({ id: "Quote" });

const perUnit = z.number().min(0);

/** How `price` comes about. */
const pricing = z
  .strictObject({
    unit: z.enum(units).meta({
      description:
        "`output`: a picture or a video. `second`: each second of it. `character`: each character that is spoken.",
    }),
    amount: perUnit.meta({
      description: "Credits for each unit, whole or broken. What one output costs is rounded up to whole credits.",
    }),
    tiers: z
      .strictObject({ by: z.enum(["size", "resolution", "quality"]), amounts: z.record(z.string(), perUnit) })
      .optional()
      .meta({
        description:
          'Other amounts for what is named here: with `by` "resolution", `amounts["1080p"]` counts instead of `amount` for 1080p, asked for or by default.',
      }),
  })
  .meta({ id: "PriceRule" });

const pixels = z.int().min(1);

const sizeRule = z
  .strictObject({
    minSide: pixels.meta({ description: "Pixels." }),
    maxSide: pixels.meta({ description: "Pixels." }),
    step: pixels.meta({ description: "Each side is a multiple of it." }),
    minPixels: pixels.meta({ description: "Width times height." }),
    maxPixels: pixels.meta({ description: "Width times height." }),
    maxRatio: z.number().min(1).meta({ description: "The longer side over the shorter one." }),
    ratios: z.array(ratioText).meta({ description: "The size has exactly one of these." }),
  })
  .partial()
  .meta({ id: "SizeRule" });

const model = z
  .strictObject({
    id: modelName,
    provider: providerName,
    type: mediaType,
    operations: z.array(z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])),
    maxOutputs: z.int().min(1).meta({ description: "The most that `n` may be." }),
    inputs: z
      .strictObject({ min: count, max: count })
      .meta({ description: "How many pictures it needs at least, and takes at most, to work on." }),
    sizes: z
      .array(z.string())
      .optional()
      .meta({ description: "Pixels, `1024x1024`. Absent: there is a `sizeRule`, or a size cannot be named." }),
    sizeRule: sizeRule.optional().meta({ description: "What a size has to be; what is absent has no limit." }),
    durations: z
      .array(z.int())
      .optional()
      .meta({ description: "Seconds. Absent: there is a `durationRange`, or a length cannot be named." }),
    durationRange: z
      .strictObject({ min: z.int().min(1), max: z.int().min(1) })
      .optional()
      .meta({ description: "Whole seconds, each of which will do." }),
    ratios: z.array(z.string()).optional(),
    resolutions: z.array(z.string()).optional(),
    qualities: z.array(z.string()).optional(),
    sounds: z
      .array(z.enum(["speech", "music"]))
      .optional()
      .meta({ description: "Of models that are heard." }),
    voices: z.array(z.string()).optional().meta({ description: "By the vendor's names." }),
    defaults: z
      .strictObject({
        size: pixelSize,
        durationSec: z.int().min(1),
        ratio: ratioText,
        resolution: resolutionText,
        quality: qualityName,
      })
      .partial()
      .optional()
      .meta({ description: "What it makes when a request leaves these open." }),
    price: count.meta({
      description:
        "Credits for each output of a request that leaves everything else open. `POST /ai/quote` says it of any request.",
    }),
    pricing,
    available: z.boolean(),
    unavailable: z
      .strictObject({ reason: z.enum(["no_key", "retired"]), message: z.string() })
      .optional()
      .meta({
        description:
          "When `available` is false: the operator has no key for its provider, or its vendor serves it no more.",
      }),
    endOfLife: z.string().optional().meta({ description: "The last day on which the vendor serves it." }),
    replacedBy: z.string().optional().meta({ description: "What to use instead from then on." }),
    isForTests: z.literal(true).optional().meta({
      description:
        "Of the models that let a frontend meet every ending; taken only when they are named. Absent otherwise.",
    }),
  })
  .meta({ id: "Model" });

export const shownModels = z.strictObject({ items: z.array(model) }).meta({ id: "ModelList" });

const providerStatus = z
  .strictObject({
    provider: providerName,
    status: z.enum(["up", "down", "unconfigured"]),
    latencyMs: count.optional(),
    message: z.string().optional(),
  })
  .meta({ id: "ProviderStatus" });

export const shownProviders = z.strictObject({ items: z.array(providerStatus) }).meta({ id: "ProviderList" });
