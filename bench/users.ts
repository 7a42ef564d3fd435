// Users of the product, and what they send.

export interface User {
  id: string;
  token: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** As it came over the wire. */
  text: string;
  /** What stands in it under `data`. */
  data: Record<string, unknown>;
}

/** Registering hashes a password: two at a time is what the product does. */
const AT_ONCE = 4;

export function registerUsers(port: number, count: number): Promise<User[]> {
  return inTurns(Array.from({ length: count }), AT_ONCE, async (_, i) => {
    const name = `user-${process.pid}-${performance.now()}-${i}`;
    const body = { username: name, email: `${name}@example.com`, password: "correct horse" };
    const { data } = await call(port, { method: "POST", path: "/auth/register", body });
    return { id: String(data.userId), token: String(data.token) };
  });
}

export interface Call {
  method: "GET" | "POST";
  /** Below the API's base path. */
  path: string;
  token?: string;
  body?: object;
  headers?: Record<string, string>;
}

/** Throws unless the answer is a success. */
export async function call(port: number, { method, path, token, body, headers }: Call): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return { status: response.status, headers: Object.fromEntries(response.headers), text, data: JSON.parse(text).data };
}

/** The same call as the bytes of a request that keeps its connection. */
export function wire({ method, path, token, body, headers = {} }: Call): string {
  const json = body === undefined ? "" : JSON.stringify(body);
  const head = [
    `${method} /api/v1${path} HTTP/1.1`,
    "host: 127.0.0.1",
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(body === undefined ? [] : ["content-type: application/json", `content-length: ${Buffer.byteLength(json)}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join("\r\n")}\r\n\r\n${json}`;
}

/** The headers of an answer without those that Node writes by itself. */
export function nodeFree(headers: Answer["headers"]): Answer["headers"] {
  const nodes = ["connection", "keep-alive", "date", "content-length", "transfer-encoding"];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !nodes.includes(name)));
}

/** Does it for each of them, `atOnce` at a time. */
export async function inTurns<From, To>(
  list: readonly From[],
  atOnce: number,
  act: (entry: From, index: number) => Promise<To>,
): Promise<To[]> {
  const done: To[] = [];
  const entries = list.entries();
  const work = async () => {
    for (const [i, entry] of entries) done[i] = await act(entry, i);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return done;
}
