// Routes for fronts that match paths exactly or by a star at their end, the longest first, as Function Compute's custom domains do.
import type { HttpDeclaration } from "./declaration.ts";

export interface DomainRoute {
  /** Below the base path: `/users/me`, or `/jobs/*` for all that lies behind a name. */
  path: string;
  /** The first is who is called: its front serves the others as well. */
  functions: readonly HttpDeclaration[];
}

export function domainRoutes(declarations: readonly HttpDeclaration[]): DomainRoute[] {
  const byPath = Map.groupBy(declarations, ({ trigger }) => trigger.path.replace(/\{.*$/, "*"));
  return [...byPath].map(([path, functions]) => ({ path, functions }));
}
