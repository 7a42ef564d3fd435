// Lambda's front doors: one HTTP API for all functions, and a URL for each.
import { join } from "node:path";
import { type FrontDoor, startFunctionUrl, startHttpApi } from "../servers/lambda/http-events.ts";
import { type LambdaFunction, startLambda } from "../servers/lambda/instance.ts";
import { type Fronts, served } from "./api-fronts.ts";

/** The keys of the table; those of the bucket are among the settings. */
const credentials = { accessKeyId: "key-1", secretAccessKey: "secret-1", sessionToken: "" };

/** `folder`: with each function's package in a folder of its name. */
export async function startAwsFronts(folder: string, environment: Record<string, string>): Promise<Fronts> {
  const functions = new Map<string, LambdaFunction>();
  const urls = new Map<string, FrontDoor>();
  const start = (name: string, handler = "index.handler") =>
    startLambda({ ...{ name, handler, environment, credentials }, folder: join(folder, name), timeoutSeconds: 29 });
  for (const { name } of served) {
    const target = await start(name);
    functions.set(name, target);
    const invokeMode = name === "job-events" ? "RESPONSE_STREAM" : "BUFFERED";
    urls.set(name, await startFunctionUrl({ function: target, invokeMode }));
  }
  const buffered = await start("job-events", "index.buffered");
  const api = await startHttpApi({ routes: routesTo(new Map([...functions, ["job-events", buffered]])) });

  return {
    fronts: [
      { name: "HTTP API", urlOf: () => api.url },
      { name: "function URL", urlOf: (name) => urls.get(name)?.url ?? "" },
    ],
    output: (name) => functions.get(name)?.output() ?? "",
    async retire(names) {
      await Promise.all(names.map((name) => functions.get(name)?.close()));
      if (names.includes("job-events")) await buffered.close();
    },
    async close() {
      await Promise.all([api, ...urls.values()].map((door) => door.close()));
      await Promise.all([buffered, ...functions.values()].map((each) => each.close()));
    },
  };
}

/** The first function of a path takes all its methods; another one takes its own away. The rest is for whoever says that there is nothing. */
function routesTo(functions: ReadonlyMap<string, LambdaFunction>) {
  const paths = new Set<string>();
  const routes = served.flatMap(({ name, trigger: { method, path } }) => {
    const routeKey = `${paths.has(path) ? method : "ANY"} /api/v1${path}`;
    paths.add(path);
    const target = functions.get(name);
    return target ? [{ routeKey, function: target }] : [];
  });
  const health = functions.get("health");
  return health ? [...routes, { routeKey: "$default", function: health }] : routes;
}
