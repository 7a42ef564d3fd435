// What all colours of one scenery have in common.
import { between, type Chance } from "./chance.ts";

export interface Mood {
  /** Of the upper sky and the nearest hills, in degrees; never the yellows and limes, which look muddy when they are dark. */
  hue: number;
  /** Degrees from one colour to its neighbour, to either side. */
  turn: number;
  /** 0 is night, 1 is noon. */
  light: number;
}

export function moodOf(chance: Chance): Mood {
  return {
    hue: between(chance, 150, 425),
    turn: between(chance, 25, 60) * (chance() < 0.5 ? -1 : 1),
    light: chance(),
  };
}
