// What a caller may say of productions.
import * as z from "zod";
import { characterChange, characterId, newProject, sceneChange, sceneId } from "./project-request.ts";
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

const { version: _, ...sceneFields } = sceneChange.shape;
const { version: __, portrait: ___, ...characterFields } = characterChange.shape;

const edit = z
  .strictObject({
    scenes: z
      .array(z.strictObject({ id: sceneId, ...sceneFields }))
      .max(20)
      .optional(),
    characters: z
      .array(z.strictObject({ id: characterId, ...characterFields, portrait: z.null().optional() }))
      .max(12)
      .optional(),
  })
  .optional()
  .meta({
    description:
      "What the project's scenes and characters are to be changed to: the quote is as if that was done already. Nothing is changed. A new picture of a character cannot be quoted before it is the project's.",
  });

export const quotedProduction = z.strictObject({ prompt, edit });

/** How nodes are named in plans. */
export const nodeIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

export const quotedRound = z.strictObject({
  remake: z
    .array(z.string().regex(nodeIdPattern, { error: 'must be the id of a part, like "still-e1s2h3"' }))
    .max(600)
    .optional()
    .meta({ description: "Parts to be made anew, by their ids. Left out: what is missing." }),
});

const webhookUrl = webUrl.optional().meta({
  description:
    "Told how each round has ended: `production.completed`, `production.failed` or `production.cancelled`, with the production.",
});

export const productionRequest = z.strictObject({ prompt, budget, webhookUrl });

export const dramaRequest = z.strictObject({ ...newProject.shape, prompt, budget, webhookUrl });

export const roundRequest = z.strictObject({ budget });
