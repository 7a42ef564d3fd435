// What the provider of productions does in tests of the engine.

import type { StartOutcome } from "../../shared/ports/provider.ts";
import type { Script, StartCall } from "../jobs/scripted-provider.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { tinyPngSaying } from "../jobs/tiny-png.ts";

/** Every output is another file than all others: it says which attempt made it. */
export async function* unique(_: number, { reference }: { reference: string }): AsyncGenerator<Uint8Array> {
  yield tinyPngSaying(reference);
}

export const no: StartOutcome = {
  state: "failed",
  failure: { type: "provider_error", message: "no", retryable: false },
};

/** By the node and the way that is asked for: `still 0`. What is not named succeeds. */
export function answering(answers: Readonly<Record<string, StartOutcome | (() => StartOutcome)>>): Script {
  return {
    open: unique,
    start(_, __, call) {
      const answer = answers[promptOf(call)] ?? succeeded;
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
