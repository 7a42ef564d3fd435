// What functions/declarations.ts says, as manifests have to say it.
import { declarations } from "../../functions/declarations.ts";
import type { Declaration, HttpDeclaration } from "../../shared/events/declaration.ts";

export const BASE_PATH = "/api/v1";

export const declared: ReadonlyMap<string, Declaration> = new Map(declarations.map((each) => [each.name, each]));

export const httpFunctions = declarations.filter((each): each is HttpDeclaration => each.trigger.type === "http");

/** The kind of a function decides its role: all that answer requests, all that objects call, and each timer for itself. */
export function kindOf({ name, trigger }: Declaration): Kind {
  if (trigger.type === "http") return "http";
  if (trigger.type === "object-created") return "storage";
  if (name === "deliver-webhooks" || name === "purge-temp") return name;
  return "timers";
}

export type Kind = "http" | "storage" | "timers" | "deliver-webhooks" | "purge-temp";

/** Where only exact paths and one * at the end can be told apart: each such path, and the functions that lie there, first declared first. */
export function groupsByPath(): Map<string, HttpDeclaration[]> {
  const groups = new Map<string, HttpDeclaration[]>();
  for (const each of httpFunctions) {
    const path = `${BASE_PATH}${each.trigger.path.replace(/\{.*$/, "*")}`;
    groups.set(path, [...(groups.get(path) ?? []), each]);
  }
  return groups;
}
