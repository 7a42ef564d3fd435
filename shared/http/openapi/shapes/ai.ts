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
    price: count.meta({ description: "Credits for each output." }),
    available: z.boolean(),
    endOfLife: z.string().optional().meta({ description: "The last day on which the vendor serves it." }),
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
