// Layered hills: wavy ridges, each of one colour.
import { between, type Chance } from "./chance.ts";
import { oklch } from "./colour.ts";
import type { Mood } from "./mood.ts";
import type { Size } from "./rules.ts";

export interface Hill {
  colour: string;
  /** How far below the picture's upper edge the ridge swings, as a share of the picture's height. */
  base: number;
  waves: readonly Wave[];
}

interface Wave {
  /** How often it goes up and down in one span. */
  turns: number;
  /** Radians. */
  shift: number;
  /** As a share of the picture's height. */
  swing: number;
}

/** Three to five, the farthest first. Their span is the picture's width. */
export function hillsOf({ width, height }: Size, mood: Mood, chance: Chance): Hill[] {
  const count = 3 + Math.floor(chance() * 3);
  const top = between(chance, 0.52, 0.66);
  return Array.from({ length: count }, (_, i) => {
    const depth = i / (count - 1);
    const lightness = 0.62 + 0.1 * mood.light - depth * (0.38 + 0.1 * mood.light);
    const swing = 0.06 - 0.03 * depth;
    return {
      colour: oklch(lightness, 0.1 - 0.04 * depth, mood.hue + mood.turn * (1.4 - 1.6 * depth)),
      base: top + (0.86 - top) * depth,
      waves: [1, 2.3, 5.1].map((pace) => ({
        turns: (pace * between(chance, 0.7, 1.3) * width) / Math.max(width, height),
        shift: between(chance, 0, 2 * Math.PI),
        swing: swing / pace,
      })),
    };
  });
}

/** The hill with a span of `spans` times the old one, at whose ends the ridge meets itself: there it can begin again. */
export function looped(hill: Hill, spans: number): Hill {
  const waves = hill.waves.map((wave) => ({ ...wave, turns: Math.max(1, Math.round(wave.turns * spans)) }));
  return { ...hill, waves };
}

/** Between which heights the ridge swings at most, as shares of the picture's height. */
export function reachOf({ base, waves }: Hill): { top: number; bottom: number } {
  const swing = waves.reduce((sum, wave) => sum + wave.swing, 0);
  return { top: base - swing, bottom: base + swing };
}

/** An SVG path `width` pixels wide, from the ridge down to the lower edge of a picture of that height; `span` is in pixels. */
export function hillPath(hill: Hill, { width, height, span }: Size & { span: number }): string {
  const steps = Math.ceil((128 * width) / span);
  const points = Array.from({ length: steps + 1 }, (_, i) => {
    const x = (i / steps) * width;
    return `${round(x)} ${round(ridgeAt(hill, x / span) * height)}`;
  });
  return `<path d="M0 ${height}L${points.join("L")}L${width} ${height}Z" fill="${hill.colour}"/>`;
}

function ridgeAt({ base, waves }: Hill, x: number): number {
  return waves.reduce((y, wave) => y + wave.swing * Math.sin(2 * Math.PI * wave.turns * x + wave.shift), base);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
