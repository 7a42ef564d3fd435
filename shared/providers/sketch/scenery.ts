// What is behind the words: a sky, a sun or moon, a few stars, layered hills. Only numbers go into these SVGs, never a user's text.
import { between, type Chance } from "./chance.ts";
import { oklch } from "./colour.ts";
import { type Hill, hillsOf } from "./hills.ts";
import { type Mood, moodOf } from "./mood.ts";
import type { Size } from "./rules.ts";

export interface Scenery {
  mood: Mood;
  /** SVG elements of the picture's size: all that is behind the hills. */
  heavens: string;
  /** The farthest first. */
  hills: Hill[];
}

export function sceneryOf(size: Size, chance: Chance): Scenery {
  const mood = moodOf(chance);
  const scene = { ...size, mood, chance };
  return { mood, heavens: sky(scene) + stars(scene) + disc(scene), hills: hillsOf(size, mood, chance) };
}

/** A rectangle with round corners, in pixels. */
export interface Panel {
  left: number;
  top: number;
  width: number;
  height: number;
  radius: number;
}

/** Darkens what is behind, so that white words on it read well. */
export function glass({ left, top, width, height, radius }: Panel, { hue, turn }: Mood): string {
  const box = `x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}"`;
  return (
    `<rect ${box} fill="${oklch(0.2, 0.045, hue - turn * 0.2)}" fill-opacity="0.68"/>` +
    `<rect ${box} fill="none" stroke="#fff" stroke-opacity="0.22"/>`
  );
}

/** A document that shows `width` × `height` pixels, from `left` and `top` of what the elements describe. */
export function svgOf(
  { width, height, left = 0, top = 0 }: Size & { left?: number; top?: number },
  elements: string,
): Buffer {
  const box = `viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}"`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${box}>${elements}</svg>`);
}

interface Scene extends Size {
  mood: Mood;
  chance: Chance;
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

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
