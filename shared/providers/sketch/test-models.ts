// Models that let whoever writes a frontend meet every ending without a vendor: each ends in its own way, every time and everywhere.
import type { Model } from "../../ports/provider.ts";
import {
  imageDefaults,
  MAX_INPUTS,
  MAX_OUTPUTS,
  operations,
  resolutions,
  sizeRule,
  videoDefaults,
  videoSecondsRange,
} from "./rules.ts";

/** What it does, how long that takes, what it costs and how it ends: for the reference. Credits are for a picture. */
export const testModels = {
  "sketch-slow": "works for 20 s, tells its progress, can be cancelled, and is completed: 1 credit",
  "sketch-fail-once": "fails once, is tried again by itself after 2 s, and is completed: 1 credit",
  "sketch-fail": "fails three times within 15 s: `failed` with `provider_error`, and so does every retry; given back",
  "sketch-refused": "is refused at once: `failed` with `moderation_blocked`, for good; given back",
  "sketch-partial":
    "asked for `n` of 2 to 4 outputs it delivers one less, three times within 15 s: `completed` with what there is, at 1 credit each; the rest is given back",
  "sketch-timeout":
    "works and never ends: `failed` with `deadline_exceeded` after 30 s, or at the next minute; given back",
  "sketch-wrong-file":
    "delivers a web page instead of a picture, three times within 15 s: `failed` with `invalid_output`; given back",
  "sketch-expired":
    "delivers what can no longer be fetched, three times within 15 s: `failed` with `fetch_failed`; given back",
} as const satisfies Record<`sketch-${string}`, string>;

export type TestModel = keyof typeof testModels;

export function isTestModel(id: string): id is TestModel {
  return Object.hasOwn(testModels, id);
}

/** `sketch-timeout` would otherwise take as long as the operator allows. */
const TIMEOUT_MS = 30_000;

const common = { operations, maxOutputs: MAX_OUTPUTS, maxInputs: MAX_INPUTS, isForTests: true } as const;
const picture = { ...common, type: "image", price: 1, sizeRule, defaults: imageDefaults } as const;
const film = { durationRange: videoSecondsRange, resolutions, defaults: videoDefaults } as const;

export const models: readonly Model[] = Object.keys(testModels).flatMap((id): Model[] => {
  const deadline = id === "sketch-timeout" ? { deadlineMs: TIMEOUT_MS } : {};
  return [
    { ...picture, id, ...deadline },
    { ...common, ...film, id, type: "video", price: 5, ...deadline },
  ];
});
