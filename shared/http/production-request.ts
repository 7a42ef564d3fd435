// What a caller may say of productions.
import * as z from "zod";
import { newProject } from "./project-request.ts";
import { text } from "./text.ts";
import { webUrl } from "./url.ts";

const budget = z
  .int()
  .min(0)
  .max(1_000_000_000)
  .optional()
  .meta({ description: "The most credits that it may cost; so many are held. Left out: what it costs at most." });

const prompt = text({ min: 1, max: 4000 })
  .optional()
  .meta({ description: "What the screenplay is to be about, where there is none. Left out: title and description." });

export const quotedProduction = z.strictObject({ prompt });

const webhookUrl = webUrl.optional().meta({
  description:
    "Told how each round has ended: `production.completed`, `production.failed` or `production.cancelled`, with the production.",
});

export const productionRequest = z.strictObject({ prompt, budget, webhookUrl });

export const dramaRequest = z.strictObject({ ...newProject.shape, prompt, budget, webhookUrl });

export const roundRequest = z.strictObject({ budget });

/** How nodes are named in plans. */
export const nodeIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
