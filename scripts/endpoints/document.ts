// endpoints.json: what a frontend is told of a deployment.
import type { Declaration, HttpDeclaration, HttpTrigger } from "../../shared/events/declaration.ts";
import { BASE_PATH } from "../../shared/runtime/http/http-routes.ts";

export interface Endpoint {
  method: HttpTrigger["method"];
  /** Whole, with names in braces where ids belong: `https://api.example.com/api/v1/jobs/{id}`. */
  url: string;
}

export interface Endpoints {
  /** Where `/api/v1` lies, without a slash at the end; null: each function has its own URL. The live feed may be elsewhere all the same. */
  baseUrl: string | null;
  /** Every HTTP function by its name, in the order of the declarations. */
  functions: Record<string, Endpoint>;
  /** The live feed, where it streams. */
  jobEvents: string;
}

/** Where a deployment's functions answer: URLs below which `/api/v1` lies. */
export interface Places {
  /** Of all functions but those with a place of their own. */
  base: string | null;
  /** By the function's name. */
  own: Readonly<Record<string, string>>;
  /** For a server on this machine; else every URL has to be https. */
  isPlainHttpAllowed?: boolean;
}

const liveFeed = "job-events";

/** Throws an Error of one sentence when a function has no place, or a place is no URL for a frontend. */
export function endpointsOf(declarations: readonly Declaration[], places: Places): Endpoints {
  const functions = Object.fromEntries(
    declarations.filter(isHttp).map((each) => [each.name, endpointOf(each, places)]),
  );
  const jobEvents = functions[liveFeed]?.url;
  if (jobEvents === undefined) throw new Error(`There is no function ${liveFeed}: the live feed would have no URL.`);
  return { baseUrl: places.base === null ? null : placeOf(places.base, places), functions, jobEvents };
}

export function isHttp(declaration: Declaration): declaration is HttpDeclaration {
  return declaration.trigger.type === "http";
}

/** From the root of its place: `/api/v1/jobs/{id}`. */
export function pathOf({ trigger }: HttpDeclaration): string {
  return BASE_PATH + trigger.path;
}

function endpointOf(declaration: HttpDeclaration, places: Places): Endpoint {
  const { name, trigger } = declaration;
  const place = Object.hasOwn(places.own, name) ? places.own[name] : places.base;
  if (place === null || place === undefined) throw new Error(`The function ${name} has no URL.`);
  // Put together as text: URL would encode the braces.
  return { method: trigger.method, url: placeOf(place, places) + pathOf(declaration) };
}

/** Without the slash at the end, as both clouds hand it out. */
function placeOf(text: string, { isPlainHttpAllowed = false }: Places): string {
  const url = URL.parse(text);
  const isAllowed = url?.protocol === "https:" || (isPlainHttpAllowed && url?.protocol === "http:");
  if (!url || !isAllowed || url.username || url.password || /[?#]/.test(text)) {
    const kind = isPlainHttpAllowed ? "http(s)" : "https";
    throw new Error(`${JSON.stringify(text)} is not an ${kind} URL without user, query and fragment.`);
  }
  const place = url.origin + url.pathname.replace(/\/+$/, "");
  if (place.endsWith(BASE_PATH))
    throw new Error(`${text} ends with ${BASE_PATH}, which is added by itself: leave it out.`);
  return place;
}
