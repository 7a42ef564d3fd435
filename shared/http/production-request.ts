// What a caller may say of productions.
import * as z from "zod";
import { newProject } from "./project-request.ts";
import { text } from "./text.ts";

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

export const productionRequest = z.strictObject({ prompt, budget });

export const dramaRequest = z.strictObject({ ...newProject.shape, prompt, budget });

export const roundRequest = z.strictObject({ budget });

/** How nodes are named in plans. */
export const nodeIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
