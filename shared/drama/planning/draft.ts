// A node while it is planned: its place in the graph, what it may cost, and what will be asked once all that it is made from is there.
import type { MadeKind } from "../../ports/provider.ts";
import type { Ask, Made, NodeKind, Rung, Stage } from "../plan.ts";

export interface Draft {
  id: string;
  kind: NodeKind;
  stage: Stage;
  type: MadeKind;
  /** Ids of nodes before it. */
  from: readonly { id: string; isNeeded: boolean }[];
  makes: readonly Make[];
}

/** A rung, and what it asks. */
export interface Make extends Rung {
  ask(made: MadeOf): DraftedAsk;
}

/** Undefined: it came to nothing, or is not there yet. */
export type MadeOf = (id: string) => Made | undefined;

/** Nodes by their ids. */
export interface DraftedAsk {
  request: Ask["request"];
  inputs: readonly DraftedInput[];
}

export type DraftedInput = { id: string } | Exclude<Ask["inputs"][number], { node: number }>;
