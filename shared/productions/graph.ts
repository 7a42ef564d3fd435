// The graph of a production: what is ready, what can never be, and whether there is a film. Pure, over one character of state for each node.
import type { Plan } from "../drama/plan.ts";

/**
 * - `.`: waits for what it is made from, or for its turn; `!` the same of a node that is made anew although there is one like it.
 * - `a`, `A`: its job is admitted, or has ended while the node does not say so yet; `A` of one that is made anew.
 * - `d`: made as it was wanted; `g`: made, but less than was wanted; `r`: one of an earlier production is used.
 * - `f`: failed for good; `s`: left out, because something that it needs is not there; `c`: cancelled.
 * - `o`: old, once its round has ended: made in an earlier round, of parts that have been made anew since. It is shown as it was, and the next round makes it.
 */
export type NodeState = "." | "!" | "a" | "A" | "d" | "g" | "r" | "f" | "s" | "c" | "o";

export function stateOf(states: string, node: number): NodeState {
  return (states[node] ?? ".") as NodeState;
}

export function withState(states: string, node: number, state: NodeState): string {
  return states.slice(0, node) + state + states.slice(node + 1);
}

export function isWaiting(state: NodeState): boolean {
  return state === "." || state === "!";
}

export function isMade(state: NodeState): boolean {
  return state === "d" || state === "g" || state === "r";
}

export function isLost(state: NodeState): boolean {
  return state === "f" || state === "s" || state === "c";
}

/** It has an output, if an old one. */
export function isThere(state: NodeState): boolean {
  return isMade(state) || state === "o";
}

/** The next round makes it. */
export function isMissing(state: NodeState): boolean {
  return isLost(state) || state === "o";
}

/** Nodes that can be made now, in the plan's order: all that they need is made, and all else that they are made from is decided. */
export function readyNodes({ nodes }: Plan, states: string): number[] {
  return nodes.flatMap(({ from }, node) => {
    const isReady = from.every((one) => {
      const state = stateOf(states, one.node);
      return isMade(state) || (!one.isNeeded && isLost(state));
    });
    return isReady && isWaiting(stateOf(states, node)) ? [node] : [];
  });
}

/** Whatever needs what will never be is left out, and what needs that. */
export function withLossPassedOn({ nodes }: Plan, states: string): string {
  return nodes.reduce((passed, { from }, node) => {
    const isHopeless = from.some((one) => one.isNeeded && isLost(stateOf(passed, one.node)));
    return isHopeless && isWaiting(stateOf(passed, node)) ? withState(passed, node, "s") : passed;
  }, states);
}

export function isAllDecided(states: string): boolean {
  return !/[.!aA]/.test(states);
}

/** Every episode that was asked for is there. */
export function isFilm({ nodes }: Plan, states: string): boolean {
  const episodes = nodes.flatMap(({ kind }, node) => (kind === "episode" ? [node] : []));
  return episodes.length > 0 && episodes.every((node) => isMade(stateOf(states, node)));
}

export function countMade(states: string): number {
  return states.replaceAll(/[^dgr]/g, "").length;
}

/** What is not made by the end of a round will not be made in it. */
export function withRestCancelled(states: string): string {
  return states.replaceAll(/[.!aA]/g, "c");
}

/** What the next round has to make. */
export function withLostWaiting(states: string): string {
  return states.replaceAll(/[fsco]/g, ".");
}

/** What nodes were before a round: `-` of those that it does not make, `.` of those that had no output. */
export function earlierOf(before: string, states: string): string {
  return [...states]
    .map((_, node) => {
      if (!isWaiting(stateOf(states, node))) return "-";
      return isThere(stateOf(before, node)) ? stateOf(before, node) : ".";
    })
    .join("");
}

export interface Remade {
  states: string;
  /** As `earlierOf` says; absent in a first round. */
  earlier?: string | undefined;
}

/** A node for which no way is left. What was to be made anew stays what it was, if nothing that it is made from has become another: what is made from it goes on with that. */
export function withFailed({ nodes }: Plan, { states, earlier }: Remade, node: number): Remade {
  const was = stateOf(earlier ?? "", node);
  const isSame = nodes[node]?.from.every((one) => isAsBefore({ states, earlier }, one.node)) ?? false;
  if (!earlier || !isMade(was) || !isSame) return { states: withState(states, node, "f"), earlier };
  return withSame({ states: withState(states, node, was), earlier }, node);
}

/** The node has the very output that it had before the round: nothing that is made from it has become old by it. */
export function withSame({ states, earlier }: Remade, node: number): Remade {
  if (!earlier || !isThere(stateOf(earlier, node))) return { states, earlier };
  return { states, earlier: `${earlier.slice(0, node)}-${earlier.slice(node + 1)}` };
}

/** At the end of a round: what was to be made anew, and was not, is what it was; old, if something that it is made from has become another. */
export function withEarlierBack({ nodes }: Plan, { states, earlier = "" }: Remade): string {
  const isOther = (node: number) => isMade(stateOf(states, node)) && !isAsBefore({ states, earlier }, node);
  const others = new Set(nodes.flatMap((_, node) => (isOther(node) ? [node] : [])));
  return nodes.reduce((known, { from }, node) => {
    const was = stateOf(earlier, node);
    if (isMade(stateOf(known, node)) || !isThere(was)) return known;
    const isOld = was === "o" || from.some((one) => others.has(one.node));
    if (isOld) others.add(node);
    return withState(known, node, isOld ? "o" : was);
  }, states);
}

/** Its output, or that it has none, is that of before the round. */
function isAsBefore({ states, earlier = "" }: Remade, node: number): boolean {
  const was = earlier[node] ?? "-";
  return was === "-" || (was === "." && !isMade(stateOf(states, node)));
}

/** The nodes that are made anew, and all that is made from them, however far behind. */
export function withRemade(plan: Plan, states: string, remade: ReadonlySet<number>): string {
  return withDependentsWaiting(plan, [...states].map((state, node) => (remade.has(node) ? "!" : state)).join(""));
}

/** What is made from something that waits does so too, however far behind: also what was made without it. If it comes out the same, it costs nothing. */
export function withDependentsWaiting({ nodes }: Plan, states: string): string {
  const waiting = new Set<number>();
  for (const [node, { from }] of nodes.entries()) {
    if (isWaiting(stateOf(states, node)) || from.some((one) => waiting.has(one.node))) waiting.add(node);
  }
  return [...states].map((state, node) => (waiting.has(node) && state !== "!" ? "." : state)).join("");
}
