// Which of an HTTP API's routes a request takes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html.
import type { LambdaFunction } from "./instance.ts";

export interface HttpRoute {
  /** Such as `GET /jobs/{id}`, `ANY /files/{path+}`, `$default`. */
  routeKey: string;
  function: LambdaFunction;
}

export interface TakenRoute extends HttpRoute {
  pathParameters: Record<string, string>;
}

/** "Full match for a route and method", then one with a greedy path variable, then `$default`; a method before ANY, a name before a variable. */
export function routeOf(routes: readonly HttpRoute[], method: string, path: string): TakenRoute | null {
  const found = routes
    .flatMap((route) => {
      const [routeMethod = "", routePath = ""] = route.routeKey.split(" ");
      const taken = match(routePath, path);
      const isMethod = routeMethod === method || routeMethod === "ANY";
      return taken && isMethod ? [{ ...route, ...taken, rank: `${taken.rank} ${routeMethod === "ANY" ? 1 : 0}` }] : [];
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const byDefault = routes.find(({ routeKey }) => routeKey === "$default");
  return found[0] ?? (byDefault ? { ...byDefault, pathParameters: {} } : null);
}

function match(routePath: string, path: string): { pathParameters: Record<string, string>; rank: string } | null {
  const [wanted, given] = [routePath.split("/"), path.split("/")];
  const pathParameters: Record<string, string> = {};
  let rank = "";
  for (const [n, segment] of wanted.entries()) {
    const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(segment) ?? [];
    const value = greedy ? given.slice(n).join("/") : given[n];
    if (value === undefined || (name === undefined ? value !== segment : value === "")) return null;
    if (name !== undefined) pathParameters[name] = value;
    rank += name === undefined ? 0 : greedy ? 2 : 1;
    if (greedy) return { pathParameters, rank };
  }
  return wanted.length === given.length ? { pathParameters, rank } : null;
}
