// How a custom domain of Function Compute chooses a function: https://www.alibabacloud.com/help/doc-detail/90763.htm, "Routing rules".
import type { Route } from "./function-compute.ts";

/** Stands where a declared path has a name in braces. */
const someId = "00000000-0000-7000-8000-000000000000";

/** Whether requests for the path come to the function, and unchanged. `path` is a declared one, such as `/api/v1/jobs/{id}`. */
export function leadsTo(routes: readonly Route[], method: string, path: string, functionName: string): boolean {
  const asked = path.replaceAll(/\{\w+\}/g, someId);
  const chosen = routePathFor(routes, asked);
  // What happens to a method that the chosen path does not take is not written down: nothing is made of it.
  const taking = routes.filter((route) => route.path === chosen && takes(route, method));
  return taking.length > 0 && taking.every((route) => route.functionName === functionName && !route.isRewritten);
}

/** "an exact match takes precedence over a fuzzy match"; of several fuzzy ones, "the longest prefix match". */
function routePathFor(routes: readonly Route[], asked: string): string | null {
  const paths = routes.map(({ path }) => path);
  if (paths.includes(asked)) return asked;
  const fuzzy = paths.filter((path) => path.endsWith("*") && asked.startsWith(path.slice(0, -1)));
  return fuzzy.reduce<string | null>((longest, path) => (path.length > (longest?.length ?? 0) ? path : longest), null);
}

function takes({ methods }: Route, method: string): boolean {
  return methods.length === 0 || methods.includes(method);
}
