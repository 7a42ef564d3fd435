// The planner of films: pure, and the same for the same arguments.
import { AppError } from "../../errors/app-error.ts";
import {
  type Ask,
  type AskedInput,
  type Made,
  maxNodes,
  type Plan,
  type PlannedNode,
  type Planner,
  type Quote,
  type Snapshot,
} from "../plan.ts";
import type { Screenplay } from "../screenplay.ts";
import type { Draft, DraftedInput } from "./draft.ts";
import { asAsked } from "./film.ts";
import { draftsOf } from "./graph.ts";
import { requirePlannable } from "./plannable.ts";
import { quoteOf } from "./quote.ts";

export const planner: Planner = { quote, plan, expand, ask };

function quote(snapshot: Snapshot): Quote {
  requirePlannable(snapshot);
  const found = quoteOf(snapshot);
  if (found.nodes > maxNodes) throw tooMany(found.nodes);
  return found;
}

function plan(snapshot: Snapshot): Plan {
  const { screenplay } = snapshot;
  if (screenplay) requirePlannable(snapshot);
  else quote(snapshot);
  return planned(snapshot, screenplay);
}

/** What was quoted holds by how it was counted: it is not counted again. */
function expand(snapshot: Snapshot, screenplay: Screenplay): Plan {
  requirePlannable(snapshot);
  return planned(snapshot, snapshot.screenplay ?? asAsked(screenplay, snapshot));
}

function ask(snapshot: Snapshot, plan: Plan, node: number, rung: number, made: ReadonlyMap<number, Made>): Ask {
  const asked = plan.nodes[node];
  if (!asked) throw new Error(`the plan has no node ${node}`);
  const draft = draftsFor(snapshot, plan).get(asked.id);
  const make = draft?.makes[rung];
  if (!make) throw new Error(`there is no rung ${rung} of ${asked.id}`);
  const places = new Map(plan.nodes.map(({ id }, i) => [id, i]));
  const placeOf = (id: string) => {
    const place = places.get(id);
    if (place === undefined) throw new Error(`${asked.id} is made from ${id}, which is not in the plan`);
    return place;
  };
  const { request, inputs } = make.ask((id) => made.get(places.get(id) ?? -1));
  return { request, inputs: inputs.map((input) => inPlan(input, placeOf)) };
}

function inPlan(input: DraftedInput, placeOf: (id: string) => number): AskedInput {
  return "id" in input ? { node: placeOf(input.id) } : input;
}

function planned(snapshot: Snapshot, screenplay: Screenplay | null): Plan {
  const drafts = draftsOf(snapshot, screenplay);
  if (drafts.length > maxNodes) throw tooMany(drafts.length);
  const places = new Map(drafts.map(({ id }, i) => [id, i]));
  return { nodes: drafts.map((draft) => nodeOf(draft, places)), ...(screenplay && { screenplay }) };
}

function nodeOf({ id, kind, stage, type, from, makes }: Draft, places: ReadonlyMap<string, number>): PlannedNode {
  return {
    ...{ id, kind, stage, type },
    from: from.map((each) => ({ node: places.get(each.id) ?? -1, isNeeded: each.isNeeded })),
    rungs: makes.map(({ provider, model, price, lane, degraded }) => ({
      provider,
      model,
      price,
      lane,
      ...(degraded && { degraded }),
    })),
  };
}

/** The same plan is asked hundreds of times. */
const remembered = new WeakMap<Plan, { snapshot: Snapshot; drafts: ReadonlyMap<string, Draft> }>();

function draftsFor(snapshot: Snapshot, plan: Plan): ReadonlyMap<string, Draft> {
  const before = remembered.get(plan);
  if (before?.snapshot === snapshot) return before.drafts;
  const drafts = new Map(draftsOf(snapshot, plan.screenplay ?? snapshot.screenplay).map((draft) => [draft.id, draft]));
  remembered.set(plan, { snapshot, drafts });
  return drafts;
}

function tooMany(nodes: number): AppError {
  const message = `This film would have ${nodes} parts to be made, and ${maxNodes} is the most: ask for fewer episodes, scenes or seconds, or for one format.`;
  return new AppError("invalid_request", { message, details: [{ path: "episodes", message }] });
}
