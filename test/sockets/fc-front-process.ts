// The front of project-socket as Function Compute runs it, on the folder of a product that runs beside it: the same server, the same function.
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import type { HttpDeclaration } from "../../shared/events/declaration.ts";
import { serveRequests } from "../../shared/runtime/cloud/function-compute.ts";
import { createSocketServer } from "../../shared/runtime/http/socket-server.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import { useRuntime } from "../../shared/runtime/runtime.ts";

const config = readConfig(process.env);
const runtime = await openRuntime(config, { publicUrl: `http://127.0.0.1:${config.port}` });
useRuntime(runtime);
const isHttp = (each: (typeof declarations)[number]): each is HttpDeclaration => each.trigger.type === "http";
const http = declarations.filter(isHttp);
const timeoutSeconds = Number(process.env.FUNCTION_SECONDS);
const own = http.filter(({ name }) => name === "project-socket").map((each) => ({ ...each, timeoutSeconds }));
await serveRequests({
  prepare: () => ({ config, log: runtime.log, metrics: runtime.metrics, open: async () => {} }),
  ...{ environment: {}, own, sockets: createSocketServer() },
  neighbours: http.filter(({ name }) => name !== "project-socket"),
});
console.log(`listens on http://127.0.0.1:${config.port}\n`);
