// The graph of a production: what is ready, what can never be, and whether there is a film. Pure, over one character of state for each node.
import type { Plan } from "../drama/plan.ts";

/**
 * - `.`: waits for what it is made from, or for its turn; `!` the same of a node that is made anew although there is one like it.
 * - `a`, `A`: its job is admitted, or has ended while the node does not say so yet; `A` of one that is made anew.
 * - `d`: made as it was wanted; `g`: made, but less than was wanted; `r`: one of an earlier production is used.
 * - `f`: failed for good; `s`: left out, because something that it needs is not there; `c`: cancelled.
 */
export type NodeState = "." | "!" | "a" | "A" | "d" | "g" | "r" | "f" | "s" | "c";

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
  return states.replaceAll(/[fsc]/g, ".");
}

/** The nodes that are made anew, and all that is made from them, however far behind. */
export function withRemade({ nodes }: Plan, states: string, remade: ReadonlySet<number>): string {
  const stale = new Set(remade);
  for (const [node, { from }] of nodes.entries()) if (from.some((one) => stale.has(one.node))) stale.add(node);
  return [...states].map((state, node) => (remade.has(node) ? "!" : stale.has(node) ? "." : state)).join("");
}
