// What the provider of productions does in tests of the engine.

import type { StartOutcome } from "../../shared/ports/provider.ts";
import { writeScreenplay } from "../../shared/providers/sketch/writing/write.ts";
import type { Script, StartCall } from "../jobs/scripted-provider.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { tinyPngSaying } from "../jobs/tiny-png.ts";
import { plain } from "./planner.ts";

/** Every picture is another file than all others: it says which attempt made it. Index 1 is a screenplay. */
export async function* unique(index: number, { reference }: { reference: string }): AsyncGenerator<Uint8Array> {
  yield index === 1 ? Buffer.from(JSON.stringify(screenplay)) : tinyPngSaying(reference);
}

const screenplay = writeScreenplay({ prompt: "a ferry", seed: 1, index: 0, wish: plain.wish });

const written: StartOutcome = { state: "succeeded", sources: [{ kind: "stream", data: { index: 1 } }] };

export const no: StartOutcome = {
  state: "failed",
  failure: { type: "provider_error", message: "no", retryable: false },
};

/** By the node and the way that is asked for: `still 0`. What is not named succeeds. */
export function answering(answers: Readonly<Record<string, StartOutcome | (() => StartOutcome)>>): Script {
  return {
    open: unique,
    start(_, __, call) {
      const answer = answers[promptOf(call)] ?? (call?.request.type === "text" ? written : succeeded);
      return typeof answer === "function" ? answer() : answer;
    },
  };
}

/** Every start of a node named by `prompt` fails for good. */
export function failing(...prompts: string[]): Script {
  return answering(Object.fromEntries(prompts.map((prompt) => [prompt, no])));
}

export function promptOf(call: StartCall | undefined): string {
  return call?.request.prompt ?? "";
}
