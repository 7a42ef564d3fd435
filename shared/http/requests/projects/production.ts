// What is said of a production as a whole: what it is about, what it may cost, and whom to tell.
import * as z from "zod/mini";
import { text } from "../../text.ts";
import { webUrl } from "../../url.ts";

export const budget = z.optional(z.int().check(z.minimum(0), z.maximum(1_000_000_000))).register(z.globalRegistry, {
  description: "The most credits that it may cost; so many are held. Left out: what it costs at most.",
});

export const prompt = z.optional(text({ min: 1, max: 4000 })).register(z.globalRegistry, {
  description: "What the screenplay is to be about, where there is none. Left out: title and description.",
});

export const webhookUrl = z.optional(webUrl).register(z.globalRegistry, {
  description:
    "Told how each round has ended: `production.completed`, `production.failed` or `production.cancelled`, with the production.",
});

export const productionRequest = z.strictObject({ prompt, budget, webhookUrl });
