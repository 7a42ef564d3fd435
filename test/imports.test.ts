// Dependencies point one way. This reads every import of the product's own code and holds it against the rule; made-up trees show
// that each part of the rule can be broken, and is then named.
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";

/** Which rooms a room may import, beside itself. */
const rooms: Record<string, readonly string[]> = {
  "shared/errors": [],
  "shared/ports": ["errors"],
  "shared/config": ["errors"],
  "shared/drama": ["credits", "ports", "errors"],
  "shared/media": ["ports", "errors"],
  "shared/labels": ["ports", "media", "errors"],
  "shared/moderation": ["config", "providers", "media", "ports", "errors"],
  "shared/limits": ["ports", "errors"],
  "shared/events": ["ports", "errors"],
  "shared/items": ["ports", "errors"],
  "shared/credits": ["items", "ports", "errors"],
  "shared/users": ["credits", "ports", "errors"],
  "shared/uploads": ["credits", "media", "ports", "errors"],
  "shared/jobs": ["items", "drama", "credits", "media", "labels", "limits", "uploads", "ports", "errors"],
  "shared/projects": ["jobs", "drama", "media", "uploads", "ports", "errors"],
  "shared/productions": ["items", "drama", "credits", "jobs", "projects", "limits", "media", "ports", "errors"],
  "shared/mail": ["config", "users", "ports", "errors"],
  "shared/payments": ["config", "credits", "jobs", "ports", "errors"],
  "shared/webhooks": ["credits", "media", "limits", "ports", "errors"],
  "shared/stores": ["ports", "media", "errors"],
  "shared/tables": ["ports", "media", "errors"],
  "shared/providers": ["config", "drama", "ports", "media", "errors"],
  "shared/http": ["users", "events", "drama", "ports", "errors"],
  "shared/faces": ["http", "jobs", "media", "events", "ports", "errors"],
  "shared/sockets": ["productions", "jobs", "users", "http", "limits", "events", "config", "ports", "errors"],
  "shared/runtime": ["everything in shared"],
  functions: ["everything in shared"],
  scripts: ["everything in shared", "functions"],
};

/** Which places may import a package, and which may use what only an adapter should. */
const packages: Record<string, readonly string[]> = {
  "@aws-sdk/client-dynamodb": ["shared/tables/dynamodb/"],
  "@aws-sdk/client-s3": ["shared/stores/s3/"],
  "@aws-sdk/s3-request-presigner": ["shared/stores/s3/"],
  "@contentauth/c2pa-node": ["shared/labels/c2pa/", "shared/runtime/telling/signing.ts"],
  "@expo-google-fonts/noto-sans-sc": [
    "shared/labels/visible/",
    "shared/providers/assembly/",
    "shared/providers/sketch/",
  ],
  "@ffmpeg-installer/ffmpeg": ["shared/providers/ffmpeg/"],
  "@middy/core": ["shared/http/"],
  // The page's, which is no part of these folders.
  "@tanstack/react-query": [],
  "ali-oss": ["shared/stores/oss/"],
  aws4fetch: ["shared/sockets/gateway/", "shared/stores/s3/", "shared/tables/dynamodb/", "scripts/deploy/aws/"],
  "client-zip": ["shared/providers/archive/"],
  // Never deployed: it makes the page when that is first asked for, and the zips.
  esbuild: ["scripts/build/", "scripts/page/"],
  "espeak-ng": ["shared/providers/sketch/sound/"],
  jsonwebtoken: ["shared/providers/kling/", "shared/users/"],
  // What runs all of it, whatever the machine has.
  node: [],
  nodemailer: ["shared/mail/"],
  "node:sqlite": ["shared/tables/", "scripts/backup/", "scripts/file-ledgers.ts"],
  "p-limit": [
    "shared/jobs/",
    "shared/labels/visible/",
    "shared/media/decode.ts",
    "shared/providers/",
    "shared/runtime/",
    "shared/users/",
    "scripts/doctor/",
    "scripts/migrate-urls.ts",
  ],
  preact: [],
  "p-retry": ["shared/stores/", "shared/tables/"],
  sharp: [
    "shared/labels/visible/",
    "shared/media/decode.ts",
    "shared/media/small-picture.ts",
    "shared/media/thumbnail.ts",
    "shared/providers/assembly/",
    "shared/providers/sketch/",
  ],
  standardwebhooks: ["shared/webhooks/"],
  tablestore: ["shared/tables/tablestore/"],
  uuid: ["shared/runtime/", "scripts/migrate-urls/"],
  ws: ["shared/runtime/http/"],
  zod: ["shared/drama/", "shared/faces/", "shared/http/", "shared/sockets/", "functions/", "scripts/demo/"],
};

/** Never installed with us, nor carried: an operator may have it. */
const brought = ["espeak-ng"];

/** The same for development packages: only scripts may need one, as nothing of them is deployed. */
const developmentPackages: Record<string, readonly string[]> = {
  "@alicloud/fc20230330": ["scripts/endpoints/"],
  "@aws-sdk/client-cloudformation": ["scripts/endpoints/", "scripts/deploy/aws/"],
  fflate: ["scripts/build/", "scripts/deploy/"],
};

const readsEnvironment = ["shared/config/", "scripts/start.ts"];

/** Source text by path. */
type Tree = Record<string, string>;

const paths = globSync(["functions/**/*.ts", "shared/**/*.ts", "scripts/**/*.ts", "shared/**/*.json"]).map((path) =>
  path.replaceAll("\\", "/"),
);
const realTree: Tree = Object.fromEntries(paths.map((path) => [path, readFileSync(path, "utf8")]));

test("the product keeps the rule", () => {
  expect(paths.length).toBeGreaterThan(100);
  expect(problemsOf(realTree)).toEqual([]);
});

test("no room depends on itself by way of others", () => {
  expect(cyclesOf(realTree)).toEqual([]);
});

test("the list of packages is that of package.json", () => {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
  const listed = Object.keys(packages).filter((name) => !isBuiltin(name) && !brought.includes(name));
  expect(listed.sort()).toEqual(Object.keys({ ...dependencies, ...optionalDependencies }).sort());
});

test("a development package is one of package.json, and only scripts import it", () => {
  const { devDependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(Object.keys(developmentPackages).filter((name) => !Object.hasOwn(devDependencies, name))).toEqual([]);
  const places = Object.values(developmentPackages).flat();
  expect(places.filter((place) => !place.startsWith("scripts/"))).toEqual([]);
});

describe("an import is found however it is written", () => {
  test.each([
    'import { x } from "../users/user.ts";',
    'import type { X } from "../users/user.ts";',
    'import * as users from "../users/user.ts";',
    'import "../users/user.ts";',
    'import {\n  x,\n  y as z,\n} from "../users/user.ts";',
    'export { x } from "../users/user.ts";',
    'export * from "../users/user.ts";',
    'export const load = () => import("../users/user.ts");',
    'export const load = () =>\n  import(\n    "../users/user.ts"\n  );',
    'type X = typeof import("../users/user.ts");',
    'const path = import.meta.resolve("../users/user.ts");',
    'const path = createRequire(import.meta.url).resolve("../users/user.ts");',
    'const x = require("../users/user.ts");',
  ])("%s", (source) => {
    const tree = { "shared/jobs/job.ts": source, "shared/users/user.ts": "" };
    expect(problemsOf(tree)).toEqual(["shared/jobs/job.ts: shared/jobs may not import shared/users"]);
  });
});

describe("each part of the rule can be broken", () => {
  const broken: [says: string, tree: Tree][] = [
    ...brokenRooms(),
    [
      "shared/runtime/local.ts: shared/runtime may not import functions",
      { "shared/runtime/local.ts": 'import "../../functions/declarations.ts";', "functions/declarations.ts": "" },
    ],
    [
      "functions/http/me.ts: functions may not import scripts",
      { "functions/http/me.ts": 'import "../../scripts/start.ts";', "scripts/start.ts": "" },
    ],
    ["shared/other/file.ts: there is no rule for shared/other", { "shared/other/file.ts": "" }],
    [
      "shared/providers/import.ts: a provider may not import another one, sketch/image.ts",
      { "shared/providers/import.ts": 'import "./sketch/image.ts";', "shared/providers/sketch/image.ts": "" },
    ],
    [
      "shared/providers/openai/provider.ts: a provider may not import another one, sketch/image.ts",
      { "shared/providers/openai/provider.ts": 'import "../sketch/image.ts";', "shared/providers/sketch/image.ts": "" },
    ],
    [
      "shared/providers/sketch/image.ts: a provider may not import another one, import.ts",
      {
        "shared/providers/sketch/image.ts": 'import "../import.ts";',
        "shared/providers/import.ts": "export function createImportProvider() {}",
      },
    ],
    ["shared/jobs/job.ts: sharp may not be imported here", { "shared/jobs/job.ts": 'import("sharp");' }],
    ["shared/jobs/job.ts: zod may not be imported here", { "shared/jobs/job.ts": 'import { mini } from "zod/mini";' }],
    ["shared/media/a.ts: node:sqlite may not be imported here", { "shared/media/a.ts": 'import "node:sqlite";' }],
    ["scripts/start.ts: node:sqlite may not be imported here", { "scripts/start.ts": 'import "node:sqlite";' }],
    ["shared/http/a.ts: @aws-sdk/x is not in the list of packages", { "shared/http/a.ts": 'import "@aws-sdk/x/y";' }],
    [
      "scripts/start.ts: @alicloud/fc20230330 may not be imported here",
      { "scripts/start.ts": 'import "@alicloud/fc20230330";' },
    ],
    [
      "shared/http/a.ts: zod is written as zod/mini, which starts in a fifth of the time",
      { "shared/http/a.ts": 'import * as z from "zod";' },
    ],
    [
      "shared/http/a.ts: zod/v4 is written as zod/mini, which starts in a fifth of the time",
      { "shared/http/a.ts": 'import { z } from "zod/v4";' },
    ],
    ["shared/http/a.ts: fs is written without node:", { "shared/http/a.ts": 'import "fs";' }],
    ["shared/http/a.ts: ./gone.ts does not exist", { "shared/http/a.ts": 'import "./gone.ts";' }],
    ["shared/http/a.ts: ../../test/a.ts lies outside", { "shared/http/a.ts": 'import "../../test/a.ts";' }],
    ["shared/http/a.ts: an import has no plain name", { "shared/http/a.ts": "await import(name);" }],
    ...[
      "const home = process.env.HOME;",
      'const home = process["env"];',
      "const { env } = process;",
      "const { argv, env: all } = globalThis.process;",
      'import { env } from "node:process";',
      'import process from "node:process";',
    ].map((source): [string, Tree] => [
      "shared/users/a.ts: only shared/config/, scripts/start.ts may read the environment",
      { "shared/users/a.ts": source },
    ]),
  ];

  test.each(broken)("%s", (says, tree) => {
    expect(problemsOf(tree)).toEqual([says]);
  });
});

test("what the rule allows is allowed", () => {
  const tree = {
    "shared/config/environment.ts": "export const all = process.env;",
    "shared/errors/app-error.ts": 'import { catalogue } from "./catalogue.ts";',
    "shared/errors/catalogue.ts": "// may import nothing, not even sharp",
    "shared/providers/sketch/image.ts":
      'import sharp from "sharp";\nimport "../../media/keys.ts";\nimport "./text.ts";',
    "shared/providers/sketch/text.ts": 'import "../shared-by-many.ts";\nimport "node:fs";',
    "shared/providers/shared-by-many.ts": "export function retryAfter() {}",
    "shared/media/keys.ts": "",
    "functions/http/health.ts": 'import packageJson from "../../package.json" with { type: "json" };',
  };
  expect(problemsOf(tree)).toEqual([]);
});

test("a cycle between rooms is named, also over several of them", () => {
  const tree = {
    "shared/users/a.ts": 'import "../credits/a.ts";',
    "shared/credits/a.ts": 'import "../media/a.ts";',
    "shared/media/a.ts": 'import type { A } from "../users/a.ts";',
    "shared/ports/a.ts": 'import "./b.ts";',
    "shared/ports/b.ts": 'import "./a.ts";',
  };
  expect(cyclesOf(tree)).toEqual(["shared/credits → shared/media → shared/users → shared/credits"]);
});

/** For each room that may not import everything: a tree in which it imports each of the rooms that it may not. */
function brokenRooms(): [string, Tree][] {
  return Object.keys(rooms).flatMap((from) =>
    Object.keys(rooms)
      .filter((to) => to.startsWith("shared/") && from.startsWith("shared/") && !mayImport(from, to))
      .map((to): [string, Tree] => [
        `${from}/a.ts: ${from} may not import ${to}`,
        { [`${from}/a.ts`]: `import "../${to.slice("shared/".length)}/b.ts";`, [`${to}/b.ts`]: "" },
      ]),
  );
}

function problemsOf(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([path, source]) => {
    const found = [
      ...importsOf(source).flatMap((name) => problemOf(tree, path, name) ?? []),
      ...environment(path, source),
    ];
    if (!Object.hasOwn(rooms, roomOf(path))) found.push(`there is no rule for ${roomOf(path)}`);
    return found.map((problem) => `${path}: ${problem}`);
  });
}

function problemOf(tree: Tree, path: string, name: string | null): string | null {
  if (name === null) return "an import has no plain name";
  if (!name.startsWith(".")) return packageProblem(path, name);
  const target = posix.join(posix.dirname(path), name);
  if (target === "package.json" && /^(functions|scripts)\//.test(path)) return null;
  if (!/^(functions|shared|scripts)\//.test(target)) return `${name} lies outside`;
  if (!Object.hasOwn(tree, target)) return `${name} does not exist`;
  const [from, to] = [roomOf(path), roomOf(target)];
  if (from !== to) return mayImport(from, to) ? null : `${from} may not import ${to}`;
  return from === "shared/providers" ? providerProblem(tree, path, target) : null;
}

/** A provider is a folder, or a file that makes one; a file that makes none may be shared by all, and so are `calling` and `ffmpeg`. */
function providerProblem(tree: Tree, path: string, target: string): string | null {
  const room = "shared/providers/";
  const [folder = "", inFolder] = target.slice(room.length).split("/");
  const isOwn = inFolder !== undefined && path.startsWith(`${room}${folder}/`);
  const isProvider = inFolder !== undefined || /\bcreate\w+Provider\b/.test(tree[target] ?? "");
  if (folder === "calling" || folder === "ffmpeg") return null;
  return isOwn || !isProvider ? null : `a provider may not import another one, ${target.slice(room.length)}`;
}

function packageProblem(path: string, name: string): string | null {
  if (isBuiltin(name) && !name.startsWith("node:")) return `${name} is written without node:`;
  if (/^zod(?!\/(mini|locales)$)(\/|$)/.test(name))
    return `${name} is written as zod/mini, which starts in a fifth of the time`;
  const [first = "", second = ""] = name.split("/");
  const packageName = isBuiltin(name) ? name : first.startsWith("@") ? `${first}/${second}` : first;
  const places = packages[packageName] ?? developmentPackages[packageName];
  if (!places) return isBuiltin(name) ? null : `${packageName} is not in the list of packages`;
  return places.some((place) => path.startsWith(place)) ? null : `${packageName} may not be imported here`;
}

function environment(path: string, source: string): string[] {
  const isRead = environmentPattern.test(withoutComments(source));
  if (!isRead || readsEnvironment.some((place) => path.startsWith(place))) return [];
  return [`only ${readsEnvironment.join(", ")} may read the environment`];
}

const environmentPattern =
  /\bprocess\s*(\?\.)?\s*(\.\s*env\b|\[\s*["']env)|\{[^{}]*\benv\b[^{}]*\}\s*=\s*(globalThis\.)?process\b|from\s*["'](node:)?process["']/;

/** What a source imports, by name; null where the name is not a plain text. Types count: a room that knows another one's types knows it. */
function importsOf(source: string): (string | null)[] {
  const text = withoutComments(source);
  const named = text.matchAll(/^\s*(?:import\s*|(?:import|export)\b[^"'`;()=]*\bfrom\s*)["']([^"'\n]+)["']/gm);
  const called = text.matchAll(
    /(?:\bimport|\b[Rr]equire(?:\.resolve)?|\bimport\.meta\.resolve|\)\.resolve)\s*\(\s*(["']?)([^"'\n)]*)\1/g,
  );
  return [
    ...[...named].map(([, name = ""]) => name),
    ...[...called].map(([, quote, name = ""]) => (quote === "" ? null : name)),
  ];
}

/** Our code is formatted: a comment stands alone or begins with a space and a double slash, and no text has that in it before an import. */
function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/ .*$/gm, "");
}

function roomOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "shared" ? `${first}/${second}` : first;
}

function mayImport(from: string, to: string): boolean {
  const allowed = rooms[from] ?? [];
  if (allowed.includes(to)) return true;
  if (!to.startsWith("shared/")) return false;
  return from === to || allowed.includes("everything in shared") || allowed.includes(to.slice("shared/".length));
}

/** Each cycle once, beginning with the room that comes first in the alphabet. */
function cyclesOf(tree: Tree): string[] {
  const graph = roomGraph(tree);
  const cycles = new Set<string>();
  const walk = (trail: string[]) => {
    const [start = ""] = trail;
    for (const next of graph.get(trail.at(-1) ?? "") ?? []) {
      if (next === start) cycles.add([...trail, start].join(" → "));
      else if (next > start && !trail.includes(next)) walk([...trail, next]);
    }
  };
  for (const room of graph.keys()) walk([room]);
  return [...cycles];
}

function roomGraph(tree: Tree): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [path, source] of Object.entries(tree)) {
    const own = graph.get(roomOf(path)) ?? new Set();
    graph.set(roomOf(path), own);
    for (const name of importsOf(source)) {
      const target = name?.startsWith(".") ? roomOf(posix.join(posix.dirname(path), name)) : roomOf(path);
      if (target !== roomOf(path)) own.add(target);
    }
  }
  return graph;
}
