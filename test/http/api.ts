// The API for tests: real functions behind a real server, on real SQLite and a real folder, with a clock moved by hand and the log kept.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declarations } from "../../functions/declarations.ts";
import { type Environment, readConfig } from "../../shared/config/config.ts";
import type { Declaration } from "../../shared/events/declaration.ts";
import { createRoutes } from "../../shared/runtime/http/http-routes.ts";
import { createHttpServer, type HttpServerOptions } from "../../shared/runtime/http/http-server.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import { type Runtime, useRuntime } from "../../shared/runtime/runtime.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";
import { HandClock } from "../jobs/hand-clock.ts";

export const jwtSecret = "a-secret-for-tests-of-at-least-32-bytes";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is looked at by expectations
  body: any;
}

export interface CallOptions {
  token?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: NonNullable<RequestInit["body"]>;
}

export interface Api {
  url: string;
  port: number;
  runtime: Runtime;
  clock: HandClock;
  /** All that was logged, line by line. */
  lines: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Registers a user and answers what the API says. */
  register(name: string): Promise<{ userId: string; email: string; token: string; password: string }>;
  /** Stops the server, in at most `graceMs` (default: a second), and removes everything. */
  close(graceMs?: number): Promise<void>;
}

export interface ApiOptions extends Pick<HttpServerOptions, "fallback" | "limits"> {
  /** Served beside the product's own functions. */
  functions?: readonly Declaration[];
  environment?: Environment;
  /** Lays something over the runtime. */
  change?: (runtime: Runtime) => Partial<Runtime>;
}

/** A test may start one API while another runs: that one's runtime comes back afterwards. */
let current: Runtime | null = null;

export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const dataDir = await mkdtemp(join(tmpdir(), "dream-factory-api-"));
  const config = readConfig({
    DATA_DIR: dataDir,
    JWT_SECRET: jwtSecret,
    LOG_LEVEL: "silent",
    RATE_LIMIT_PER_MINUTE: "0",
    ...options.environment,
  });
  const opened = await openRuntime(config, { publicUrl: "http://127.0.0.1" });
  const clock = new HandClock();
  const lines: string[] = [];
  const log = createLog({
    level: "debug",
    clock,
    secrets: [jwtSecret],
    destination: { write: (line) => lines.push(line) },
  });
  const runtime = { ...opened, clock, log, ...options.change?.({ ...opened, clock, log }) };
  const outer = current;
  useRuntime(runtime);
  current = runtime;

  const { fallback, limits, functions = [] } = options;
  const server = createHttpServer({
    ...runtime,
    routes: createRoutes([...declarations, ...functions]),
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    ...(fallback ? { fallback } : {}),
    ...(limits ? { limits } : {}),
  });
  const port = await server.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  const call: Api["call"] = (method, path, sent) => request(method, `${url}/api/v1${path}`, sent);

  return {
    url,
    port,
    runtime,
    clock,
    lines,
    call,
    async register(name) {
      const password = `password of ${name}`;
      const json = { username: name, email: `${name}@example.com`, password };
      const { body } = await call("POST", "/auth/register", { json });
      return { ...body.data, password };
    },
    async close(graceMs = 1000) {
      await server.close(graceMs);
      await opened.close();
      current = outer;
      if (outer) useRuntime(outer);
      await rm(dataDir, { recursive: true });
    },
  };
}

export async function request(method: string, url: string, options: CallOptions = {}): Promise<Answer> {
  const { token, headers = {}, json, body } = options;
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await fetch(url, {
    method,
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}
