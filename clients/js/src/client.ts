// The client: every route of the document as a method.
import { DreamFactoryError } from "./errors.ts";
import { type Routes, routes } from "./generated/routes.ts";
import type { KeyedOptions } from "./options.ts";
import { send } from "./retries.ts";

/** As `npm run endpoints` writes it: one base URL, or one URL for each function. */
export interface Endpoints {
  baseUrl: string | null;
  functions: Readonly<Record<string, { method: string; url: string }>>;
}

export interface ClientOptions {
  /** Where the server is, with or without `/api/v1`; or `endpoints`. */
  baseUrl?: string;
  endpoints?: Endpoints;
  /** What registering or logging in gave, or what finds it; may be set later as `client.token`. */
  token?: Token;
  /** How often a call that may be is sent again. Default 3. */
  retries?: number;
  /** Of one try. Default 60 s. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

export type Token = string | null | (() => string | null | Promise<string | null>);

export interface Client extends Routes {
  token: Token;
  /** How `follow` and others reach a route, where a method will not do. */
  readonly connection: Connection;
}

export interface Connection {
  fetch: typeof fetch;
  urlOf(id: keyof Routes, inPath: readonly string[], query?: object): string;
  authorization(): Promise<Record<string, string>>;
}

export function createClient(options: ClientOptions): Client {
  const { token = null, retries = 3, timeoutMs = 60_000 } = options;
  const own = { retries, timeoutMs, fetch: options.fetch ?? ((...call: Parameters<typeof fetch>) => fetch(...call)) };
  const connection: Connection = {
    fetch: own.fetch,
    urlOf: urlMaker(options),
    async authorization() {
      const now = typeof client.token === "function" ? await client.token() : client.token;
      return now === null ? {} : { authorization: `Bearer ${now}` };
    },
  };
  const methods = Object.keys(routes).map((id) => [
    id,
    (...input: unknown[]) => call(connection, own, id as keyof Routes, input),
  ]);
  // Made from the same list as the interface.
  const client = { ...(Object.fromEntries(methods) as Routes), token, connection };
  return client;
}

type Own = Pick<Required<ClientOptions>, "retries" | "timeoutMs" | "fetch">;

async function call(connection: Connection, own: Own, id: keyof Routes, input: readonly unknown[]): Promise<unknown> {
  const [method, path, takes] = routes[id];
  const names = path.split("{").length - 1;
  const rest = input.slice(names);
  const body = takes.includes("b") ? rest.shift() : undefined;
  const query = takes.includes("q") ? (rest.shift() as object | undefined) : undefined;
  const options = (rest.shift() ?? {}) as KeyedOptions;
  const isKeyed = takes.includes("k");
  const url = connection.urlOf(
    id,
    input.slice(0, names) as string[],
    takes.includes("s") ? { since: 0, ...query } : query,
  );
  const headers: Record<string, string> = {
    ...(await connection.authorization()),
    ...(isKeyed && { "idempotency-key": options.idempotencyKey ?? newKey() }),
    ...(options.waitSeconds !== undefined && { prefer: `wait=${options.waitSeconds}` }),
  };
  const { response } = await send(
    url,
    { method, ...withBody(headers, body) },
    {
      ...own,
      isRepeatable: isKeyed || method === "GET" || method === "DELETE",
      timeoutMs: options.timeoutMs ?? own.timeoutMs,
      signal: options.signal,
    },
  );
  return dataOf(response);
}

/** Files go as they are, all else as JSON. */
function withBody(headers: Record<string, string>, body: unknown): RequestInit {
  if (body === undefined) return { headers };
  if (body instanceof Blob || body instanceof Uint8Array) {
    return { headers: { ...headers, "content-type": "application/octet-stream" }, body: body as Blob };
  }
  return { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Without the envelope. Of what was removed by an earlier try whose answer was lost, only 404 is left. */
async function dataOf(response: Response): Promise<unknown> {
  if (!response.ok || response.status === 204) return null;
  const text = await response.text();
  if (!response.headers.get("content-type")?.startsWith("application/json")) return text;
  try {
    const whole = JSON.parse(text);
    return "code" in whole && "data" in whole ? whole.data : whole;
  } catch (cause) {
    const { status } = response;
    throw new DreamFactoryError({ type: "not_understood", status }, "The answer is no JSON.", { cause });
  }
}

function urlMaker({ baseUrl, endpoints }: ClientOptions): Connection["urlOf"] {
  const base = baseUrl ?? endpoints?.baseUrl;
  const root = base?.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  if (root === undefined && !endpoints)
    throw new TypeError("createClient needs a baseUrl, or the endpoints of a deployment.");
  return (id, inPath, query = {}) => {
    const own = endpoints?.functions[kebabCase(id)]?.url;
    const pattern = own ?? (root === undefined ? undefined : `${root}/api/v1${routes[id][1]}`);
    if (pattern === undefined) throw new TypeError(`The endpoints have no ${kebabCase(id)}: write them anew.`);
    const values = [...inPath];
    const url = pattern.replaceAll(/\{\w+\}/g, () => encodeURIComponent(values.shift() ?? ""));
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return search ? `${url}?${search}` : url;
  };
}

function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Pages that came over plain HTTP have no randomUUID. */
function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
