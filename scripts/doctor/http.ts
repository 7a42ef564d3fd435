// What can be asked of a deployment over HTTP, by anybody: nothing is made, and no account is needed.
import pLimit from "p-limit";
import packageJson from "../../package.json" with { type: "json" };
import type { Endpoint, Endpoints } from "../endpoints/document.ts";
import { type Finding, fine, odd, reasonOf, wrong } from "./finding.ts";

const TIMEOUT_MS = 15_000;
/** A cold start for each function: few at once, so that a small account's concurrency is left to users. */
const AT_ONCE = 4;
const SKEW_ODD_MS = 5000;
const SKEW_WRONG_MS = 60_000;
const nobody = "01900000-0000-7000-8000-000000000000";

export interface Asked {
  endpoints: Endpoints;
  /** Of pages that are to call the API. */
  origins: readonly string[];
}

export async function lookFromOutside({ endpoints, origins }: Asked): Promise<Finding[]> {
  const { functions } = endpoints;
  const health = functions.health;
  if (!health) return [wrong("health", "the endpoints name no function health: make them anew with npm run endpoints")];
  return [
    ...secure(endpoints),
    ...(await lookAtHealth(health.url)),
    await lookAtLogin(functions["get-me"]?.url),
    ...(await lookAtFunctions(functions)),
    ...(await Promise.all(origins.map((origin) => lookAtOrigin(functions, origin)))),
    await lookAtStranger(health.url),
  ];
}

function secure({ functions }: Endpoints): Finding[] {
  const open = Object.values(functions).filter(
    ({ url }) => url.startsWith("http:") && !/^http:\/\/(127\.|localhost|\[::1\])/.test(url),
  );
  return open.length === 0 ? [] : [wrong("https", "passwords and tokens go over the network for everybody to read")];
}

async function lookAtHealth(url: string): Promise<Finding[]> {
  const before = Date.now();
  const answer = await ask("GET", url);
  if (answer instanceof Error) return [wrong("health", `${url} cannot be reached: ${reasonOf(answer)}`)];
  const after = Date.now();
  const { status, body, headers } = answer;
  const { data, error } = (body ?? {}) as Partial<HealthBody>;
  if (status !== 200) {
    const unfit = error?.details?.find(({ path }) => path === "store")?.message;
    const why = unfit ?? (status === 503 ? "table or store cannot be used; its log says why" : "that is not this API");
    return [wrong("health", `${url} answers ${status}: ${why}`)];
  }
  if (data?.status !== "ok") return [wrong("health", `${url} answers 200, and is not this API`)];
  return [
    fine("health", `table and store are written and read, in ${after - before} ms`),
    data.version === packageJson.version
      ? fine("version", `${data.version}, as here`)
      : odd("version", `${data.version} is deployed, and ${packageJson.version} is here`),
    ...(data.warnings ?? []).map((warning) => odd("health", warning)),
    clock(headers.get("date"), before, after),
  ];
}

interface HealthBody {
  data: { status: string; version: string; warnings?: string[] } | null;
  error: { details?: { path: string; message: string }[] };
}

/** The header counts whole seconds, and was written at some moment of the call. */
function clock(date: string | null, before: number, after: number): Finding {
  const at = Date.parse(date ?? "");
  if (Number.isNaN(at)) return odd("clock", "the answer does not say what time it is there");
  const skewMs = Math.max(0, before - (at + 1000), at - after);
  const said = `the clock there and the one here differ by ${(skewMs / 1000).toFixed(1)} s`;
  if (skewMs >= SKEW_WRONG_MS) return wrong("clock", `${said}: signed URLs are refused`);
  return skewMs >= SKEW_ODD_MS ? odd("clock", said) : fine("clock", said);
}

/** A request without a token is refused by the function itself: so it runs, with its settings. */
async function lookAtLogin(url: string | undefined): Promise<Finding> {
  const answer = url === undefined ? new Error("it has no URL") : await ask("GET", url);
  if (answer instanceof Error) return wrong("login", reasonOf(answer));
  return answer.status === 401
    ? fine("login", "who has no token is refused")
    : wrong("login", `who has no token gets ${answer.status}, and should get 401`);
}

async function lookAtFunctions(functions: Endpoints["functions"]): Promise<Finding[]> {
  const limit = pLimit(AT_ONCE);
  const all = Object.entries(functions);
  const looks = await Promise.all(all.map(([name, endpoint]) => limit(() => lookAtFunction(name, endpoint))));
  const failed = looks.flatMap((look) => look ?? []);
  const there = fine("functions", `all ${all.length} answer`);
  return failed.length === 0 ? [there] : failed;
}

/** OPTIONS tells what a path takes, without doing any of it. */
async function lookAtFunction(name: string, { method, url }: Endpoint): Promise<Finding | null> {
  const answer = await ask("OPTIONS", url.replaceAll(/\{\w+\}/g, nobody));
  const about = `function ${name}`;
  if (answer instanceof Error) return wrong(about, `${url} cannot be reached: ${reasonOf(answer)}`);
  const takes = (answer.headers.get("allow") ?? "").split(", ");
  if (answer.status === 204 && takes.includes(method)) return null;
  return wrong(about, `${url} answers ${answer.status} and takes ${takes.join(", ") || "nothing"}, not ${method}`);
}

async function lookAtOrigin(functions: Endpoints["functions"], origin: string): Promise<Finding> {
  const { url = "", method = "POST" } = functions["generate-image"] ?? {};
  const headers = { origin, "access-control-request-method": method };
  const answer = await ask("OPTIONS", url, headers);
  if (answer instanceof Error) return wrong("CORS", reasonOf(answer));
  const allowed = answer.headers.get("access-control-allow-origin");
  return allowed === origin || allowed === "*"
    ? fine("CORS", `pages of ${origin} may call it`)
    : wrong("CORS", `pages of ${origin} may not call it: add it to CORS_ORIGINS, exactly so, and deploy again`);
}

async function lookAtStranger(url: string): Promise<Finding> {
  const origin = "https://stranger.invalid";
  const answer = await ask("GET", url, { origin });
  if (answer instanceof Error) return wrong("CORS", reasonOf(answer));
  return answer.headers.has("access-control-allow-origin")
    ? odd("CORS", "pages of any origin may call it: something in front of the functions allows what they do not")
    : fine("CORS", "pages of strangers may not");
}

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

async function ask(method: string, url: string, headers: Record<string, string> = {}): Promise<Answer | Error> {
  try {
    const answer = await fetch(url, { method, headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parsedOr(text) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
