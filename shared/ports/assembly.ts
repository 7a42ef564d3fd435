// What is made of files that lie in the store already, by ffmpeg: the words between who plans films and who puts them together.

/** Numbers named `picture`, `clip`, `sound`, … are places in the request's `inputs`. Times are whole milliseconds and become whole frames. */
export type Assembly = Pan | Frame | Poster | Cut | Episode | Subtitles;

export type Make = Assembly["make"];

/** The same as JSON in an input of type `text`: for what is too long for a request, as the lines of a whole episode. */
export interface ListedAssembly {
  make: Make;
  list: number;
}

/** Of every film that is assembled. 24 frames are a second of cinema, and what most models make. */
export const FRAMES_PER_SECOND = 24;
export const SAMPLES_PER_SECOND = 48_000;

/** Of a job of this provider. */
export const MOST_ASSEMBLY_INPUTS = 48;

/** Pixels; even numbers, 64 to 2048. */
export interface FrameSize {
  width: number;
  height: number;
}

/** How a still moves. `still`: not at all. */
export const motions = ["still", "in", "out", "left", "right"] as const;

export type Motion = (typeof motions)[number];

/** How a picture of another shape is shown. `cover`: its edges are cut off. `contain`: as a whole, on itself, blurred. */
export const fits = ["cover", "contain"] as const;

export type Fit = (typeof fits)[number];

/** A clip without sound, from a picture: MP4. */
export interface Pan {
  make: "pan";
  picture: number;
  size: FrameSize;
  /** 1 to 60 s. */
  durationMs: number;
  motion: Motion;
  fit: Fit;
}

/** One frame of a clip, as large as it is: PNG. */
export interface Frame {
  make: "frame";
  clip: number;
  /** Null: the last one. */
  atMs: number | null;
}

/** A picture with the title on it: PNG. */
export interface Poster {
  make: "poster";
  /** An image, or a film of which the middle is taken. */
  picture: number;
  size: FrameSize;
  title: string;
  /** Smaller, below the title; empty: nothing. */
  line: string;
}

/**
 * A scene: MOV of H.264 and PCM, 48 kHz, stereo, for `episode` to join. Every cut of one size is of one form, whatever it was made from, and has
 * exactly the frames that its shots add up to, and as much sound.
 */
export interface Cut {
  make: "cut";
  size: FrameSize;
  fit: Fit;
  /** 1 to 12, together at most two minutes. */
  shots: readonly CutShot[];
  /** In the order of their times. */
  lines: readonly CutLine[];
  /** Whether the lines are drawn into the picture. */
  isSubtitled: boolean;
}

export interface CutShot {
  /** An image or a clip. A clip that is shorter holds its last frame; what is longer is cut off. Its own sound is left out. */
  picture: number;
  durationMs: number;
  /** Of an image. */
  motion: Motion;
}

export interface CutLine extends TimedLine {
  /** Null: nobody is heard. */
  sound: number | null;
}

/** When something is said, from the beginning of the scene or the film. `timesOf` in `shared/drama` makes them. */
export interface TimedLine {
  fromMs: number;
  toMs: number;
  text: string;
}

/** Cuts of one size, one after the other: MP4, the picture not encoded again, the sound at −16 LUFS. */
export interface Episode {
  make: "episode";
  cuts: readonly number[];
  /** Repeated as often as it takes, low while somebody speaks. Null: none. */
  music: number | null;
  /** When somebody speaks; with `subtitles: "soft"` also what. */
  lines: readonly TimedLine[];
  subtitles: "soft" | "none";
  language: "zh" | "en";
}

/** SRT or WebVTT; needs no ffmpeg. */
export interface Subtitles {
  make: "subtitles";
  format: "srt" | "vtt";
  lines: readonly TimedLine[];
  /** Of the film: how much fits on a line. */
  size: FrameSize;
}
