// The models of fal: those of the list, and what an operator has added or put in their place.
import type { FalModelSetting } from "../../config/fal-models.ts";
import type { ProviderRequest } from "../../ports/provider.ts";
import type { JsonValue } from "../../ports/table.ts";
import { type Registered, registered } from "../calling/registry.ts";
import file from "./models.json" with { type: "json" };

export interface FalModel extends Registered {
  /** How the vendor's input calls what we call so; what is not named is not taken. */
  fields: FalModelSetting["fields"];
  /** Sent as they are. */
  parameters?: Readonly<Record<string, JsonValue>>;
  /** What it makes when the request leaves these open. */
  defaults?: Readonly<Pick<ProviderRequest, "size" | "durationSec" | "ratio" | "resolution" | "quality">>;
}

export const builtIn = registered(file) as readonly FalModel[];

export function modelsWith(settings: readonly FalModelSetting[]): readonly FalModel[] {
  const configured = settings.map(fromSetting);
  const kept = builtIn.filter(({ id, type }) => !configured.some((each) => each.id === id && each.type === type));
  return [...kept, ...configured];
}

function fromSetting(setting: FalModelSetting): FalModel {
  const given = Object.fromEntries(Object.entries(setting).filter(([, value]) => value !== undefined));
  return { ...(given as unknown as FalModel), source: "FAL_MODELS", checkedOn: "" };
}
