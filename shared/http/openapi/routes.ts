// The routes of all functions with what they say of themselves: each is loaded for it.
import type { Declaration, HttpDeclaration } from "../../events/declaration.ts";
import { descriptionOf } from "./description.ts";
import type { Route } from "./operation.ts";

/** Functions with other triggers are left aside; so is what was not made by `httpFunction`, or is told of elsewhere. */
export async function describedRoutes(declarations: readonly Declaration[]): Promise<Route[]> {
  const found = await Promise.all(declarations.filter(isHttp).map(routeOf));
  return found.filter((route) => route !== null);
}

async function routeOf({ name, trigger, load }: HttpDeclaration): Promise<Route | null> {
  const described = descriptionOf((await load()).handler);
  return described && !described.isUnlisted ? { name, method: trigger.method, path: trigger.path, described } : null;
}

function isHttp(declaration: Declaration): declaration is HttpDeclaration {
  return declaration.trigger.type === "http";
}
