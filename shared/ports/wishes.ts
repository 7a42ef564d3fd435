// What may be wished of texts and sounds, beside the prompt.

export const languages = ["zh", "en"] as const;

export type Language = (typeof languages)[number];

export const genres = ["romance", "mystery", "comedy", "fantasy", "drama"] as const;

export type Genre = (typeof genres)[number];

export interface ScreenplayWish {
  language: Language;
  genre: Genre;
  /** 1 to 20. */
  episodes: number;
  /** 1 to 10. */
  scenesPerEpisode: number;
  /** Of one episode, in whole seconds. */
  durationSec: number;
  /** As its user calls it. Absent: the writer finds one. */
  title?: string;
}

/** What is heard. `voice`: one of `voices`, or the vendor's own name for one. */
export type Sound = { kind: "speech"; voice: string } | { kind: "music"; mood: Mood };

/** Kinds of people that every model which speaks has a voice for. */
export const voices = ["woman", "man", "girl", "boy", "old_woman", "old_man"] as const;

export type Voice = (typeof voices)[number];

export const moods = ["calm", "tense", "joy", "sad"] as const;

export type Mood = (typeof moods)[number];
