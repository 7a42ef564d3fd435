// An episode as an editor sees it: which clip or still stands where, who speaks when, and the music below. Read from what the scenes' cuts were
// asked to be, so that a timeline and the film that was put together are of one mind.
import type { Ask, Plan, PlannedNode } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import { type Assembly, type Cut, FRAMES_PER_SECOND, type FrameSize } from "../../ports/assembly.ts";
import type { InputFile } from "../../ports/provider.ts";
import { askOf } from "../basis.ts";
import type { AskingDeps } from "../deps.ts";
import { isThere, stateOf } from "../graph.ts";
import type { NodeOutput } from "../node.ts";
import type { PlanFile } from "../plans.ts";

export interface Timeline {
  title: string;
  episode: number;
  size: FrameSize;
  /** In the order of the film, without gaps. */
  shots: readonly PlacedShot[];
  /** In the order of their times; none overlaps another. */
  lines: readonly PlacedLine[];
  /** Low, below all of it; null: none. */
  music: Placed | null;
  /** Of the whole, in frames. */
  frames: number;
}

/** In frames of `FRAMES_PER_SECOND`, from the beginning of the episode. */
export interface Placed {
  /** What it is: `clip-e1s1h1`, or the name of a file of the project's. */
  name: string;
  file: InputFile;
  from: number;
  frames: number;
}

export interface PlacedShot extends Placed {
  /** Of what is seen; a still has no length of its own. */
  isStill: boolean;
}

export interface PlacedLine {
  from: number;
  frames: number;
  text: string;
  /** Null: nobody is heard. */
  sound: { name: string; file: InputFile } | null;
}

export interface Exported {
  file: PlanFile;
  states: string;
  /** By place in the plan. */
  made: ReadonlyMap<number, NodeOutput>;
}

/** Of the first format that was asked for. `conflict` while nothing of the episode can be shown; `not_found` for one that there is not. */
export function timelineOf(deps: Pick<AskingDeps, "planner">, exported: Exported, episode: number): Timeline {
  const { plan, snapshot } = exported.file;
  const cuts = cutsOf(plan, episode);
  if (cuts.length === 0) throw plan.screenplay || snapshot.screenplay ? new AppError("not_found") : nothingYet();
  const shots: PlacedShot[] = [];
  const lines: PlacedLine[] = [];
  let beforeMs = 0;
  let size: FrameSize | null = null;
  for (const node of cuts) {
    const asked = cutAsked(deps, exported, node);
    if (!asked) continue;
    const scene = placed(exported, asked, beforeMs);
    shots.push(...scene.shots);
    lines.push(...scene.lines);
    beforeMs += scene.ms;
    size ??= asked.cut.size;
  }
  if (!size) throw nothingYet();
  const frames = framesAt(beforeMs);
  const title = plan.screenplay?.title ?? snapshot.screenplay?.title ?? snapshot.wish.title ?? "";
  return { title, episode, size, shots, lines, music: musicOf(exported, episode, frames), frames };
}

export function framesAt(ms: number): number {
  return Math.round((ms * FRAMES_PER_SECOND) / 1000);
}

function cutsOf({ nodes }: Plan, episode: number): number[] {
  const cuts = nodes.flatMap(({ kind, id }, i) => (kind === "cut" && id.startsWith(`cut-e${episode}s`) ? [i] : []));
  const shape = shapeOf(nodes[cuts[0] ?? -1]);
  return cuts.filter((i) => shapeOf(nodes[i]) === shape);
}

/** `cut-e1s2-16x9` */
function shapeOf(node: PlannedNode | undefined): string | undefined {
  return node?.id.split("-").at(-1);
}

interface AskedCut {
  cut: Cut;
  inputs: Ask["inputs"];
}

/** Null: of the scene nothing is there to be shown. */
function cutAsked(deps: Pick<AskingDeps, "planner">, { file, made }: Exported, node: number): AskedCut | null {
  try {
    const { request, inputs } = askOf(deps, file, node, 0, made);
    const cut = wholeOf(request.assembly, inputs);
    return cut && { cut, inputs };
  } catch (error) {
    if (error instanceof AppError && error.type === "invalid_request") return null;
    throw error;
  }
}

function wholeOf(assembly: Ask["request"]["assembly"], inputs: Ask["inputs"]): Cut | null {
  if (!assembly) return null;
  const input = "list" in assembly ? inputs[assembly.list] : undefined;
  const whole = input && "text" in input ? (JSON.parse(input.text) as Assembly) : assembly;
  return "shots" in whole ? whole : null;
}

function placed(exported: Exported, { cut, inputs }: AskedCut, beforeMs: number) {
  let ms = 0;
  const shots = cut.shots.flatMap(({ picture, durationMs }): PlacedShot[] => {
    const from = framesAt(beforeMs + ms);
    ms += durationMs;
    const found = mediaOf(exported, inputs[picture]);
    const isStill = found?.file.type === "image";
    return found ? [{ ...found, from, frames: framesAt(beforeMs + ms) - from, isStill }] : [];
  });
  const lines = cut.lines.map(({ fromMs, toMs, text, sound }): PlacedLine => {
    const from = framesAt(beforeMs + fromMs);
    const heard = sound === null ? null : mediaOf(exported, inputs[sound]);
    return { from, frames: framesAt(beforeMs + toMs) - from, text, sound: heard };
  });
  return { shots, lines, ms };
}

function mediaOf({ file, made }: Exported, input: Ask["inputs"][number] | undefined) {
  if (!input || "text" in input) return null;
  if ("file" in input) return { name: input.file.key.split("/").at(-1) ?? "", file: input.file };
  const output = made.get(input.node);
  return output ? { name: file.plan.nodes[input.node]?.id ?? "", file: output } : null;
}

function musicOf({ file: { plan }, states, made }: Exported, episode: number, frames: number): Placed | null {
  const node = plan.nodes.findIndex(({ kind, id }) => kind === "music" && id === `music-e${episode}`);
  const file = made.get(node);
  return file && isThere(stateOf(states, node)) ? { name: `music-e${episode}`, file, from: 0, frames } : null;
}

function nothingYet(): AppError {
  return new AppError("conflict", {
    message:
      "Of this episode nothing is there yet that an editor could show. Wait until its first clips are made, or resume the production.",
  });
}
