// The routes of one deployed function: it serves its own, and knows those of the others, to say rightly what is not there and what may not be done.
import { AppError } from "../../errors/app-error.ts";
import type { HttpDeclaration } from "../../events/declaration.ts";
import { type Routes, routesAmong } from "../http/http-routes.ts";

/** A function that is deployed elsewhere. */
export type Neighbour = Pick<HttpDeclaration, "name" | "trigger">;

export function routesOf(own: readonly HttpDeclaration[], neighbours: readonly Neighbour[]): Routes {
  const foreign = neighbours.map((neighbour) => ({ ...neighbour, memoryMb: 0, timeoutSeconds: 0, load: elsewhere }));
  return routesAmong([...own, ...foreign]);
}

async function elsewhere(): Promise<never> {
  throw new AppError("not_found", { message: "This is served at another URL." });
}
