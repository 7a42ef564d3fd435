// Nodes that are wanted to be made from the very same: one of them is made, and the others wait for its output, which costs them nothing. Made at once they
// would be paid for twice, and only one of both outputs would be known afterwards.
import { basisOf } from "../basis.ts";
import { stateOf } from "../graph.ts";
import type { PlanFile } from "../plans.ts";
import type { Look } from "./look.ts";

/** At most `most` of the ready nodes, none of them like one that is being made or like another one. What is to be made anew is like nothing. */
export async function withoutTwins(
  look: Look,
  file: PlanFile,
  ready: readonly number[],
  most: number,
): Promise<number[]> {
  const { states } = look.claim.value;
  const making = [...states].flatMap((state, node) => (state === "a" ? [node] : []));
  const taken = new Set(await Promise.all(making.map((node) => basisIfAny(look, file, node))));
  const chosen: number[] = [];
  for (const node of ready) {
    if (chosen.length === most) break;
    const basis = stateOf(states, node) === "!" ? null : await basisIfAny(look, file, node);
    if (basis !== null && taken.has(basis)) continue;
    taken.add(basis);
    chosen.push(node);
  }
  return chosen;
}

/** Null where it cannot be said: whoever begins the node finds out why. */
async function basisIfAny(look: Look, file: PlanFile, node: number): Promise<string | null> {
  return basisOf(look, file, node).catch(() => null);
}
