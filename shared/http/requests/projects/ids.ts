// How characters and scenes are named.
import * as z from "zod";

export const characterId = z.string().regex(/^c[1-9][0-9]?$/, { error: 'must be the id of a character, like "c1"' });

export const sceneId = z
  .string()
  .regex(/^e[1-9][0-9]?s[1-9][0-9]?$/, { error: 'must be the id of a scene, like "e1s2"' });
