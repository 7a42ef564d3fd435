// What is told of models and providers.
import * as z from "zod";
import { count, mediaType } from "./common.ts";

export const shownQuote = z.strictObject({
  price: count.meta({ description: "Credits for all outputs, as a job would be charged now." }),
  balance: count,
  provider: z.string(),
  model: z.string(),
});

const model = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    type: mediaType,
    operations: z.array(z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])),
    sizes: z.array(z.string()).optional().meta({ description: "Absent: the model has rules instead of a list." }),
    durations: z.array(z.int()).optional().meta({ description: "Seconds; absent as above." }),
    ratios: z.array(z.string()).optional(),
    resolutions: z.array(z.string()).optional(),
    qualities: z.array(z.string()).optional(),
    price: count.meta({ description: "Credits for each output of a request that leaves everything else open." }),
    pricing: z
      .strictObject({
        unit: z.enum(["output", "second"]),
        amount: z
          .number()
          .meta({ description: "Credits for each unit; what an output costs is rounded up to whole ones." }),
        tiers: z
          .strictObject({ by: z.enum(["size", "resolution", "quality"]), amounts: z.record(z.string(), z.number()) })
          .optional()
          .meta({ description: "Other amounts for requests that name one of these." }),
      })
      .meta({ id: "PriceRule" }),
    available: z.boolean(),
    endOfLife: z.string().optional().meta({ description: "The last day on which the vendor serves it." }),
    replacedBy: z.string().optional().meta({ description: "What to use instead from then on." }),
    isForTests: z.literal(true).optional().meta({
      description:
        "Of the models that let a frontend meet every ending; taken only when they are named. Absent otherwise.",
    }),
  })
  .meta({ id: "Model" });

export const shownModels = z.strictObject({ items: z.array(model) });

const providerStatus = z
  .strictObject({
    provider: z.string(),
    status: z.enum(["up", "down", "unconfigured"]),
    latencyMs: count.optional(),
    message: z.string().optional(),
  })
  .meta({ id: "ProviderStatus" });

export const shownProviders = z.strictObject({ items: z.array(providerStatus) });
