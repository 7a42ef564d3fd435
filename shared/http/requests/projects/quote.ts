// POST /projects/{id}/quote: what a production would cost, also after changes that were not made.
import * as z from "zod/mini";
import { characterChange } from "./character.ts";
import { characterId, sceneId, sceneOrder } from "./ids.ts";
import { prompt } from "./production.ts";
import { sceneChange } from "./scene.ts";
import { settingsChange } from "./settings.ts";

const { version: _, ...sceneFields } = sceneChange.shape;
const { version: __, portrait: ___, ...characterFields } = characterChange.shape;

const edit = z
  .optional(
    z.strictObject({
      scenes: z.optional(z.array(z.strictObject({ id: sceneId, ...sceneFields })).check(z.maxLength(20))),
      characters: z.optional(
        z
          .array(z.strictObject({ id: characterId, ...characterFields, portrait: z.optional(z.null()) }))
          .check(z.maxLength(12)),
      ),
      sceneOrder: z.optional(sceneOrder),
      settings: z.optional(settingsChange),
    }),
  )
  .register(z.globalRegistry, {
    description:
      "What the project's settings, scenes and characters are to be changed to: the quote is as if that was done already. Nothing is changed. A new picture of a character cannot be quoted before it is the project's.",
  });

export const quotedProduction = z.strictObject({ prompt, edit });
