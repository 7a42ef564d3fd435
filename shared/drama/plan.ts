// What a production is to make: the port between a planner, who knows films, and the engine, which knows order and money.
import type { InputFile, MadeKind, Model, PriceRule, ProviderRequest } from "../ports/provider.ts";
import type { ScreenplayWish } from "../ports/wishes.ts";
import type { Screenplay } from "./screenplay.ts";

export const nodeKinds = [
  "screenplay",
  "portrait",
  "still",
  "clip",
  "line",
  "music",
  "cut",
  "episode",
  "subtitles",
  "poster",
] as const;

export type NodeKind = (typeof nodeKinds)[number];

/** What users are told that a production is at, in this order. */
export const stages = ["writing", "pictures", "voices", "music", "clips", "cutting"] as const;

export type Stage = (typeof stages)[number];

/** `assembly`: needs ffmpeg, with memory, time and disk that other jobs have not. */
export type Lane = "job" | "assembly";

export type Ratio = "16:9" | "9:16" | "1:1";

/** All that a production is made from, copied when it starts: an edit afterwards concerns the next one. */
export interface Snapshot {
  wish: FilmWish;
  /** Null until its own screenplay is written. Those of a project that has scenes come with them. */
  screenplay: Screenplay | null;
  /** The project's own pictures of its characters, by character id: they are not made. */
  portraits: Readonly<Record<string, InputFile>>;
  /** Clips that the user has pinned, by shot (`e1s2h3`): they are not made. */
  clips: Readonly<Record<string, InputFile>>;
  /** What may be asked, at the prices of the moment: the best first, per type. */
  offers: Readonly<Record<MadeKind, readonly Offer[]>>;
}

export interface FilmWish extends ScreenplayWish {
  /** What it is about; empty when the project has scenes. */
  prompt: string;
  /** The first one is the one that everything is made for; the others are cut from the same clips. */
  ratios: readonly Ratio[];
  /** How its pictures look, in words. */
  style: string;
  subtitles: "burnt" | "soft" | "none";
  hasMusic: boolean;
  seed: number;
  onFailure: OnFailure;
}

/** What becomes of a node that failed for good. `degrade`: the next rung is tried. `stop`: so does the production. */
export type OnFailure = "degrade" | "stop";

/** A model that may be asked. */
export interface Offer {
  provider: string;
  model: Model;
  /** The operator's, not the model's own. */
  price: PriceRule;
  /** What it can be told, as its provider has answered when the offer was made. Absent: words, and nothing else. */
  takes?: Takes;
}

export interface Takes {
  /** UTF-16 units of what it is told in words. */
  promptLength: number;
  hasSeed: boolean;
  /** Of a still: pictures of who is in it, which it can go by. */
  pictures: number;
  /** Whole seconds that it makes, the shortest first; empty where it is not told any. */
  durations: readonly number[];
  /** What gives its output a shape; nothing where that is not to be told. */
  shapes: Readonly<Record<Ratio, Shape>>;
  /** The same, where it goes by pictures. */
  shapesByPictures: Readonly<Record<Ratio, Shape>>;
}

export type Shape = Readonly<Pick<ProviderRequest, "size" | "ratio" | "resolution">>;

export interface Plan {
  nodes: readonly PlannedNode[];
  /** What the nodes are made from; it belongs to the plan wherever that is kept. Absent until it is written. */
  screenplay?: Screenplay;
}

export interface PlannedNode {
  /** Says what it is, the same in every plan of the project: `screenplay`, `portrait-c1`, `clip-e1s2h3`, `line-e1s2l4`, `episode-e1-9x16`. */
  id: string;
  kind: NodeKind;
  stage: Stage;
  type: MadeKind;
  /** What it is made from: places in the plan, each before its own. `isNeeded: false`: it is made without one that came to nothing. */
  from: readonly { node: number; isNeeded: boolean }[];
  /** How to make it, the wanted way first; at most 6. Each price is final: a rung is never priced again. */
  rungs: readonly Rung[];
}

export interface Rung {
  provider: string;
  model: string;
  /** Credits for its one output. */
  price: number;
  lane: Lane;
  /** Why the result is less than what was wanted, for the user; absent on what was wanted. */
  degraded?: "other_seed" | "softened_prompt" | "other_model" | "shorter" | "moving_still";
}

/** What a node's job asks for, once all that it is made from is there. */
export interface Ask {
  /** Without inputs; `n` is 1. At most 16 KB. */
  request: ProviderRequest;
  inputs: readonly AskedInput[];
}

/** An output of a node, a file of the project, or a text that is too long for a request: the engine keeps it as an object of its own. */
export type AskedInput = { node: number } | { file: InputFile } | { text: string };

/** A node's output, as its record has it. */
export type Made = InputFile;

export interface Quote {
  /** Nodes at most; more than `maxNodes` are refused. */
  nodes: number;
  stages: readonly { stage: Stage; nodes: number /** Credits at most. */; price: number }[];
  /** Credits at most: the dearest rung of every node. */
  price: number;
  /** Lines of the snapshot's screenplay (`e1s2l4`) that nobody says, or that are shortened: their scenes have no time for them. */
  unspoken?: readonly string[];
}

export const maxNodes = 600;

/** Pure, and the same for the same arguments: a plan that was lost is made again. Throws AppError `invalid_request` for what cannot be planned. */
export interface Planner {
  /** What a film costs at most, before anything of it is there. Counts in it are limits of every plan of this snapshot. */
  quote(snapshot: Snapshot): Quote;
  /** The whole graph where the snapshot has a screenplay, else `screenplay` alone. */
  plan(snapshot: Snapshot): Plan;
  /** The whole graph once the screenplay is written. Its first node is the one of `plan`. It is cut down to what was quoted. */
  expand(snapshot: Snapshot, screenplay: Screenplay): Plan;
  /** `made`: the outputs of those nodes among `from` that have one. */
  ask(snapshot: Snapshot, plan: Plan, node: number, rung: number, made: ReadonlyMap<number, Made>): Ask;
}
