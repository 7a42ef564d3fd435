// How characters and scenes are named.
import * as z from "zod/mini";
import { limits } from "../../../drama/wish.ts";

export const characterId = z
  .string()
  .check(z.regex(/^c[1-9][0-9]?$/, { error: 'must be the id of a character, like "c1"' }));

export const sceneId = z
  .string()
  .check(z.regex(/^e[1-9][0-9]?s[1-9][0-9]?$/, { error: 'must be the id of a scene, like "e1s2"' }));

export const sceneOrder = z
  .nullable(z.array(sceneId).check(z.minLength(1), z.maxLength(limits.episodes * limits.scenes)))
  .register(z.globalRegistry, {
    description:
      "All scenes of the draft by their ids, as they are to be told; each stays in its episode. Null: as they were written. A scene that moves keeps its id, and what was made of it.",
  });
