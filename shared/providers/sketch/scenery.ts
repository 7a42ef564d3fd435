// The picture behind the words: a sky, a sun or moon, a few stars, layered hills. Only numbers go into this SVG, never a user's text.
import { between, type Chance } from "./chance.ts";
import { oklch } from "./colour.ts";
import type { ImageSize } from "./rules.ts";

/** A rectangle with round corners, in pixels. */
export interface Panel {
  left: number;
  top: number;
  width: number;
  height: number;
  radius: number;
}

/** An SVG document of that size; `panel` is darkened so that white text on it reads well. */
export function scenery({ width, height }: ImageSize, panel: Panel | null, chance: Chance): string {
  const mood = moodOf(chance);
  const scene = { width, height, mood, chance };
  const parts = [sky(scene), stars(scene), disc(scene), hills(scene), panel ? glass(panel, mood) : ""];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join("")}</svg>`;
}

interface Mood {
  /** Of the upper sky and the nearest hills, in degrees; never the yellows and limes, which look muddy when they are dark. */
  hue: number;
  /** Degrees from one colour to its neighbour, to either side. */
  turn: number;
  /** 0 is night, 1 is noon. */
  light: number;
}

interface Scene extends ImageSize {
  mood: Mood;
  chance: Chance;
}

function moodOf(chance: Chance): Mood {
  return {
    hue: between(chance, 150, 425),
    turn: between(chance, 25, 60) * (chance() < 0.5 ? -1 : 1),
    light: chance(),
  };
}

function sky({ width, height, mood: { hue, turn, light } }: Scene): string {
  const stops = [
    oklch(0.34 + 0.3 * light, 0.12, hue),
    oklch(0.58 + 0.18 * light, 0.13, hue + turn),
    oklch(0.8 + 0.08 * light, 0.1, hue + 2 * turn),
  ];
  const offsets = [0, 0.5, 0.85];
  const body = stops.map((colour, i) => `<stop offset="${offsets[i]}" stop-color="${colour}"/>`).join("");
  return (
    `<linearGradient id="sky" x1="0" y1="0" x2="0.25" y2="1">${body}</linearGradient>` +
    `<rect width="${width}" height="${height}" fill="url(#sky)"/>`
  );
}

function stars({ width, height, mood, chance }: Scene): string {
  const unit = Math.min(width, height);
  const count = Math.round(between(chance, 50, 90) * (1 - mood.light));
  const star = () => {
    const at = `cx="${round(chance() * width)}" cy="${round(chance() ** 1.6 * height * 0.6)}"`;
    const radius = round(unit * between(chance, 0.0008, 0.0026));
    return `<circle ${at} r="${radius}" opacity="${round(between(chance, 0.35, 0.95))}"/>`;
  };
  return `<g fill="#fff">${Array.from({ length: count }, star).join("")}</g>`;
}

function disc({ width, height, mood: { hue, turn }, chance }: Scene): string {
  const colour = oklch(0.95, 0.06, hue + 2.4 * turn);
  const radius = Math.min(width, height) * between(chance, 0.07, 0.15);
  const at = `cx="${round(width * between(chance, 0.12, 0.88))}" cy="${round(height * between(chance, 0.14, 0.6))}"`;
  const glow =
    `<radialGradient id="glow"><stop offset="0.2" stop-color="${colour}" stop-opacity="0.55"/>` +
    `<stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`;
  return (
    `${glow}<circle ${at} r="${round(radius * 3.2)}" fill="url(#glow)"/>` +
    `<circle ${at} r="${round(radius)}" fill="${colour}"/>`
  );
}

function hills(scene: Scene): string {
  const { chance, mood } = scene;
  const count = 3 + Math.floor(chance() * 3);
  const top = between(chance, 0.52, 0.66);
  const layer = (_: unknown, i: number) => {
    const depth = i / (count - 1);
    const lightness = 0.62 + 0.1 * mood.light - depth * (0.38 + 0.1 * mood.light);
    const colour = oklch(lightness, 0.1 - 0.04 * depth, mood.hue + mood.turn * (1.4 - 1.6 * depth));
    return `<path d="${ridge(scene, top + (0.86 - top) * depth, 0.06 - 0.03 * depth)}" fill="${colour}"/>`;
  };
  return Array.from({ length: count }, layer).join("");
}

/** A closed path below a wavy line; `base` and `swing` are shares of the height. */
function ridge({ width, height, chance }: Scene, base: number, swing: number): string {
  const waves = [1, 2.3, 5.1].map((pace) => ({
    turns: (pace * between(chance, 0.7, 1.3) * width) / Math.max(width, height),
    shift: between(chance, 0, 2 * Math.PI),
    swing: swing / pace,
  }));
  const steps = 128;
  const points = Array.from({ length: steps + 1 }, (_, i) => {
    const x = i / steps;
    const wave = waves.reduce((sum, w) => sum + w.swing * Math.sin(2 * Math.PI * w.turns * x + w.shift), 0);
    return `${round(x * width)} ${round((base + wave) * height)}`;
  });
  return `M0 ${height}L${points.join("L")}L${width} ${height}Z`;
}

function glass({ left, top, width, height, radius }: Panel, { hue, turn }: Mood): string {
  const box = `x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}"`;
  return (
    `<rect ${box} fill="${oklch(0.2, 0.045, hue - turn * 0.2)}" fill-opacity="0.68"/>` +
    `<rect ${box} fill="none" stroke="#fff" stroke-opacity="0.22"/>`
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
