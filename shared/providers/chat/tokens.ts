// How many tokens an answer may have: enough for what was asked for, and no more than its server can give.
import type { ScreenplayWish } from "../../ports/wishes.ts";
import type { Message } from "./words.ts";

/** Estimates with room to spare, in the tokens of an answer: title and characters; an episode's own; a scene with its lines. */
const FOR_ALL = 1200;
const FOR_EPISODE = 120;
const FOR_SCENE = 480;

export function tokensOf({ episodes, scenesPerEpisode }: ScreenplayWish): number {
  return FOR_ALL + episodes * (FOR_EPISODE + scenesPerEpisode * FOR_SCENE);
}

/** Most scenes are half as long as they may be. */
export function canHold(maxTokens: number, wish: ScreenplayWish): boolean {
  return tokensOf(wish) <= 2 * maxTokens;
}

const A_PICTURE = 1500;
/** Ollama loads a model anew whenever its context changes: few different ones. */
const STEP = 4096;

/** For the question, its answer, and both once more with what was wrong. */
export function contextOf(messages: readonly Message[], pictures: number, answerTokens: number): number {
  const letters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const chinese = messages.reduce((sum, { content }) => sum + (content.match(/\p{Script=Han}/gu)?.length ?? 0), 0);
  const asked = chinese + Math.ceil((letters - chinese) / 3) + pictures * A_PICTURE;
  return STEP * Math.ceil((asked + 2 * answerTokens) / STEP);
}
