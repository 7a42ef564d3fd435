// Which function a method and a path belong to.
import { AppError } from "../../errors/app-error.ts";
import type { Declaration, HttpDeclaration } from "../../events/declaration.ts";

/** All functions lie below it. */
export const BASE_PATH = "/api/v1";

export interface Match {
  declaration: HttpDeclaration;
  params: Record<string, string>;
}

export interface Routes {
  /** Throws `not_found`, or `method_not_allowed` with Allow. HEAD finds what GET would. */
  find(method: string, path: string): Match;
  /** What may be done with a path, for Allow. Throws `not_found`. */
  methods(path: string): string[];
}

/** `functions`: those with other triggers are left aside. Throws when two of them claim the same method and path. */
export function createRoutes(functions: readonly Declaration[]): Routes {
  const declarations = functions.filter((declaration) => declaration.trigger.type === "http") as HttpDeclaration[];
  refuseTwins(declarations);
  return routesAmong(declarations);
}

/** The same for what is known to claim nothing twice. What paths of a length are made of is looked at when one is asked for: a function starts for few. */
export function routesAmong(declarations: readonly HttpDeclaration[]): Routes {
  const byLength = Map.groupBy(declarations, ({ trigger }) => (BASE_PATH + trigger.path).split("/").length - 1);
  const patterns = new Map<number, readonly RoutePattern[]>();

  function candidates({ length }: readonly string[]): readonly RoutePattern[] {
    const known = patterns.get(length);
    if (known) return known;
    const found = byLength.get(length);
    if (!found) return [];
    // A literal segment goes before a name: with fewer names a pattern is the more exact one.
    const sorted = found.map(routePattern).toSorted((a, b) => countNames(a.segments) - countNames(b.segments));
    patterns.set(length, sorted);
    return sorted;
  }

  function methods(path: string): string[] {
    const given = segmentsOf(path);
    const matching = candidates(given).filter(({ segments }) => isMatch(segments, given));
    if (matching.length === 0) throw new AppError("not_found");
    const found = new Set<string>(matching.map(({ declaration }) => declaration.trigger.method));
    return [...found, ...(found.has("GET") ? ["HEAD"] : []), "OPTIONS"];
  }

  return {
    find(method, path) {
      const wanted = method === "HEAD" ? "GET" : method;
      const given = segmentsOf(path);
      for (const { declaration, segments } of candidates(given)) {
        const isWanted = declaration.trigger.method === wanted && isMatch(segments, given);
        if (isWanted) return { declaration, params: paramsOf(segments, given) };
      }
      throw new AppError("method_not_allowed", { headers: { allow: methods(path).join(", ") } });
    },
    methods,
  };
}

interface RoutePattern {
  declaration: HttpDeclaration;
  segments: readonly Pattern[];
}

function routePattern(declaration: HttpDeclaration): RoutePattern {
  return {
    declaration: loadedOnce(declaration),
    segments: segmentsOf(BASE_PATH + declaration.trigger.path).map(patternOf),
  };
}

/** Node looks a module up anew at each import(), which takes longer than many a handler. A load that failed is tried again. */
function loadedOnce(declaration: HttpDeclaration): HttpDeclaration {
  let loaded: ReturnType<HttpDeclaration["load"]> | null = null;
  async function load() {
    try {
      loaded ??= declaration.load();
      return await loaded;
    } catch (error) {
      loaded = null;
      throw error;
    }
  }
  return { ...declaration, load };
}

/** A segment that is named, or one that has to be there as it is. */
interface Pattern {
  text: string;
  name: string | null;
}

function patternOf(text: string): Pattern {
  return { text, name: /^\{(\w+)\}$/.exec(text)?.[1] ?? null };
}

/** Both have as many segments. */
function isMatch(pattern: readonly Pattern[], path: readonly string[]): boolean {
  return pattern.every(({ text, name }, index) => (name === null ? text === path[index] : path[index] !== ""));
}

function paramsOf(pattern: readonly Pattern[], path: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, { name }] of pattern.entries()) if (name !== null) params[name] = path[index] ?? "";
  return params;
}

/** Decoded after splitting, so that an encoded slash stays inside its segment. */
function segmentsOf(path: string): string[] {
  return path.slice(1).split("/").map(decodeURIComponent);
}

function countNames(segments: readonly Pattern[]): number {
  return segments.filter(({ name }) => name !== null).length;
}

function refuseTwins(declarations: readonly HttpDeclaration[]): void {
  const seen = new Set<string>();
  for (const { name, trigger } of declarations) {
    const claim = `${trigger.method} ${trigger.path.replaceAll(/\{\w+\}/g, "{}")}`;
    if (seen.has(claim)) throw new Error(`${name}: another function has ${claim} already.`);
    seen.add(claim);
  }
}
