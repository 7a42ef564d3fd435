// The real functions behind the real local server, in a process of its own: what it is sent comes from outside, and it says what that cost.
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { createRoutes } from "../../shared/runtime/http/http-routes.ts";
import { createHttpServer } from "../../shared/runtime/http/http-server.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import { useRuntime } from "../../shared/runtime/runtime.ts";
import { register } from "../../shared/users/register.ts";
import { answering } from "../answering.ts";

/** The first question starts it; each one is answered with what was used until then. */
export interface Bodies {
  /** Empty. */
  folder: string;
}

export interface Served {
  port: number;
  /** Of a user with credits. */
  token: string;
  /** Processor time of this process so far, in microseconds. */
  cpuMicroseconds: number;
}

let started: { port: number; token: string } | null = null;

answering(async ({ folder }: Bodies): Promise<Served> => {
  started ??= await start(folder);
  const { user, system } = process.cpuUsage();
  return { ...started, cpuMicroseconds: user + system };
});

async function start(dataDir: string): Promise<{ port: number; token: string }> {
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "silent", RATE_LIMIT_PER_MINUTE: "0" });
  const runtime = await openRuntime(config, { publicUrl: "http://127.0.0.1" });
  useRuntime(runtime);
  const { corsOrigins, trustedProxies } = config;
  const server = createHttpServer({ ...runtime, routes: createRoutes(declarations), corsOrigins, trustedProxies });
  const person = { username: "bench", email: "bench@example.com", password: "correct horse" };
  const { token } = await register(runtime, person);
  return { port: await server.listen(0, "127.0.0.1"), token: token.token };
}
