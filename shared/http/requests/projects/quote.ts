// POST /projects/{id}/quote: what a production would cost, also after changes that were not made.
import * as z from "zod";
import { characterChange } from "./character.ts";
import { characterId, sceneId, sceneOrder } from "./ids.ts";
import { prompt } from "./production.ts";
import { sceneChange } from "./scene.ts";
import { settingsChange } from "./settings.ts";

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
    sceneOrder: sceneOrder.optional(),
    settings: settingsChange.optional(),
  })
  .optional()
  .meta({
    description:
      "What the project's settings, scenes and characters are to be changed to: the quote is as if that was done already. Nothing is changed. A new picture of a character cannot be quoted before it is the project's.",
  });

export const quotedProduction = z.strictObject({ prompt, edit });
