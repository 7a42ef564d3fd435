// What is said of a production as a whole: what it is about, what it may cost, and whom to tell.
import * as z from "zod";
import { text } from "../../text.ts";
import { webUrl } from "../../url.ts";

export const budget = z
  .int()
  .min(0)
  .max(1_000_000_000)
  .optional()
  .meta({ description: "The most credits that it may cost; so many are held. Left out: what it costs at most." });

export const prompt = text({ min: 1, max: 4000 })
  .optional()
  .meta({ description: "What the screenplay is to be about, where there is none. Left out: title and description." });

export const webhookUrl = webUrl.optional().meta({
  description:
    "Told how each round has ended: `production.completed`, `production.failed` or `production.cancelled`, with the production.",
});

export const productionRequest = z.strictObject({ prompt, budget, webhookUrl });
