// Function Compute's front doors: an HTTP trigger for each function, and one domain for all.
import { join } from "node:path";
import { domainRoutes } from "../../shared/events/domain-routes.ts";
import { type FcDoor, startCustomDomain, startHttpTrigger } from "../servers/function-compute/http-trigger.ts";
import { type FcFunction, startFunction } from "../servers/function-compute/instance.ts";
import { type Fronts, served } from "./api-fronts.ts";

/** `folder`: with each function's package in a folder of its name. */
export async function startAliyunFronts(folder: string, environment: Record<string, string>): Promise<Fronts> {
  const functions = new Map<string, FcFunction>();
  const triggers = new Map<string, FcDoor>();
  for (const { name } of served) {
    const options = { name, environment, folder: join(folder, name), concurrency: 20 };
    const target = await startFunction(options);
    functions.set(name, target);
    triggers.set(name, await startHttpTrigger(target));
  }
  const domain = await startCustomDomain(routesTo(functions));

  return {
    fronts: [
      { name: "HTTP trigger", urlOf: (name) => triggers.get(name)?.url ?? "" },
      { name: "custom domain", urlOf: () => domain.url },
    ],
    output: (name) => functions.get(name)?.output() ?? "",
    async retire(names) {
      await Promise.all(names.map((name) => functions.get(name)?.close()));
    },
    async close() {
      await Promise.all([domain, ...triggers.values()].map((door) => door.close()));
      await Promise.all([...functions.values()].map((each) => each.close()));
    },
  };
}

/** The first function of a path, or of all behind a name, serves the others as well. */
function routesTo(functions: ReadonlyMap<string, FcFunction>) {
  const routes = domainRoutes(served).map(({ path, functions: [first] }) => [`/api/v1${path}`, first?.name] as const);
  return [...routes, ["/*", "health"] as const].flatMap(([path, name = ""]) => {
    const target = functions.get(name);
    return target ? [{ path, function: target }] : [];
  });
}
