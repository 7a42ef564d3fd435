// What the runbooks say beside their commands: every name is known here, every setting is explained, every link leads somewhere.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { declarations } from "../../functions/declarations.ts";
import packageJson from "../../package.json" with { type: "json" };
import { variables } from "../../shared/config/variables.ts";
import { dueKinds } from "../../shared/ports/due.ts";
import { metricUnits } from "../../shared/ports/metrics.ts";
import { commandsOf } from "./commands.ts";

const names = (await readdir("docs")).filter((name) => name.endsWith(".md"));
const texts = new Map(
  await Promise.all(names.map(async (name) => [name, await readFile(join("docs", name), "utf8")] as const)),
);
const everything = [...texts.values()].join("\n");
const manifests = await Promise.all(
  ["serverless.yml", "s.yaml", "s.domain.yaml"].map((name) => readFile(name, "utf8")),
);
const [onAws, onAlibabaCloud] = manifests.map((text) =>
  parse(text, { logLevel: "error", merge: true, maxAliasCount: -1 }),
);

/** What belongs to the clouds' own programs, or is only a name between two commands. */
const others = [
  ...["PATH", "STAGE", "NODE_EXTRA_CA_CERTS", "BACKUP"],
  ...["AWS_PROFILE", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
  // Of both manifests, which read it otherwise than the rest.
  "FFMPEG_LAYER",
];

describe("every name that a runbook uses is known here", () => {
  test("npm scripts", () => {
    const used = new Set([...everything.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name));
    expect([...used].filter((name) => !Object.hasOwn(packageJson.scripts, name ?? ""))).toEqual([]);
    expect(used.size).toBeGreaterThan(6);
  });

  test("files", () => {
    const rooms = /^(?:functions|shared|scripts|deploy|docs|test|bench)\/[\w./*-]+$|^[\w.]+\.(?:ya?ml|ts|sh)$|^\.env/;
    const named = inlineCode().filter((text) => rooms.test(text));
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  test("variables", () => {
    const known = new Set([...Object.keys(variables), ...others, ...namesReadBy(manifests.join("\n"))]);
    const written = inlineCode().flatMap(
      (text) => /^([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})(?:=.*)?$/.exec(text)?.[1] ?? [],
    );
    const exported = [...everything.matchAll(/^ *export (.*)$/gm)].flatMap(([, all = ""]) =>
      [...all.matchAll(/\b([A-Z][A-Z0-9_]+)=/g)].map(([, name = ""]) => name),
    );
    expect([...new Set([...written, ...exported])].filter((name) => !known.has(name))).toEqual([]);
    expect(exported.length).toBeGreaterThan(10);
  });

  test("metrics, and kinds of what is due", () => {
    const operations = texts.get("operations.md") ?? "";
    const unexplained = Object.keys(metricUnits).filter((name) => operations.split(`\`${name}\``).length < 3);
    // One that alone says nothing, and one that only belongs to another.
    expect(unexplained).toEqual(["ProviderCallTime", "CreditsSettled"]);
    const asked = [...operations.matchAll(/metric: (\w+)/g)].map(([, name]) => name);
    expect(asked.filter((name) => !Object.hasOwn(metricUnits, name ?? ""))).toEqual([]);
    const kinds = [...operations.matchAll(/\{kind=(\w+)\}/g)].map(([, kind]) => kind);
    expect(dueKinds).toEqual(expect.arrayContaining(kinds));
  });

  test("messages of the log", async () => {
    const table = /\n## Logs\n[\s\S]*?\n## /.exec(texts.get("operations.md") ?? "")?.[0] ?? "";
    const messages = [...table.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(
      ([, cell = ""]) => cell.match(/[^`]{3,}(?=`)/g) ?? [],
    );
    const sources = await sourcesOf("shared");
    const said = messages.filter((message) => message.trim() !== ",");
    expect(said.filter((message) => !sources.includes(`"${message}"`))).toEqual([]);
    expect(said.length).toBeGreaterThan(8);
  });
});

test("every setting that a manifest passes on is explained", () => {
  const passed = [onAws.provider.environment, onAlibabaCloud.kinds.any.environmentVariables].flatMap(Object.keys);
  expect(passed.length).toBeGreaterThan(40);
  expect(passed.filter((name) => !everything.includes(`\`${name}\``))).toEqual([]);
  const params = Object.keys(onAws.params.default);
  expect(params.filter((name) => !texts.get("aws.md")?.includes(`| \`${name}\``))).toEqual([]);
  const read = namesReadBy(manifests.slice(1).join("\n"));
  expect(read.filter((name) => !everything.includes(`\`${name}\``))).toEqual([]);
});

test("commands that are not run name functions, roles, params and kinds that are there", async () => {
  const listed = (pattern: RegExp) => [...everything.matchAll(pattern)].flatMap(([, all = ""]) => all.split(" "));
  const functions = [
    ...listed(/for name in ([a-z -]+); do aws lambda/g),
    ...listed(/dream-factory-\$STAGE-([a-z-]+)(?= --since)/g),
  ];
  expect(declarations.map(({ name }) => name)).toEqual(expect.arrayContaining(functions));
  expect(functions.length).toBe(9);
  const policies = (await readdir("deploy/aliyun/policies")).map((name) => name.replace(".json", ""));
  expect(listed(/for kind in ([a-z -]+); do aliyun ram/g).sort()).toEqual(policies.sort());
  expect(dueKinds).toEqual(expect.arrayContaining(listed(/for kind in ([a-z ]+); do aws/g)));
  expect(Object.keys(onAws.params.default)).toEqual(expect.arrayContaining(listed(/--param (\w+)=(?!value)/g)));
  expect(texts.get("alibaba-cloud.md")).toContain(`${Object.keys(onAlibabaCloud.resources).length} functions`);
});

test("a param's row has its default", () => {
  for (const [name, value] of Object.entries<string>(onAws.params.default)) {
    const row =
      texts
        .get("aws.md")
        ?.split("\n")
        .find((line) => line.startsWith(`| \`${name}\``)) ?? "";
    const spoken = String(value)
      .replace(/\$\{self:service\}/, onAws.service)
      .replace(/\$\{sls:stage\}/, "{stage}");
    expect(row.split("|")[2]?.trim()).toBe(`\`${spoken}\``);
  }
});

test("links lead to files and headings that are there", () => {
  const dead = [...texts].flatMap(([name, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([, path = "", anchor]) => {
      const file = path === "" ? name : normalize(join("docs", dirname(name), path));
      const target = path === "" ? text : texts.get(path);
      const isThere = path === "" || existsSync(file);
      const hasHeading = anchor === undefined || (target !== undefined && anchorsOf(target).includes(anchor));
      return isThere && hasHeading ? [] : [`${name}: ${path}#${anchor ?? ""}`];
    }),
  );
  expect(dead).toEqual([]);
});

test("the index of SLS has every dimension that a metric can have, and what queries ask for", async () => {
  const { keys } = JSON.parse(await readFile("docs/sls-index.json", "utf8"));
  const indexed = Object.keys(keys.message.json_keys);
  const source = await readFile("shared/ports/metrics.ts", "utf8");
  const dimensions = /interface MetricDimensions \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? "";
  const wanted = [...dimensions.matchAll(/\b([a-z]\w*)\??: /g)].map(([, name]) => name);
  const asked = [...everything.matchAll(/\bmessage\.(\w+)/g)].map(([, name]) => name);
  expect(indexed).toEqual(expect.arrayContaining([...wanted, ...asked, "metric", "value"]));
  expect(wanted.length).toBeGreaterThan(10);
});

test("no command hides in a block of another kind", () => {
  const others = [...everything.matchAll(/^ *```(\S*)\n([\s\S]*?)^ *```$/gm)].filter(([, kind]) => kind !== "sh");
  for (const [, kind, lines = ""] of others)
    expect([kind, /^(npm|npx|aws|aliyun|sh|curl|rclone) /m.test(lines)]).toEqual(["", false]);
  expect(names.flatMap((name) => commandsOf(texts.get(name) ?? "")).length).toBeGreaterThan(80);
});

function inlineCode(): string[] {
  return [...everything.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, text = ""]) => text,
  );
}

/** `${env('NAME', …)}` in Alibaba Cloud's manifests, `${file(deploy/aws/set.cjs):NAME, …}` in AWS's. */
function namesReadBy(text: string): string[] {
  return [...text.matchAll(/\$\{(?:env\('|file\(deploy\/aws\/set\.cjs\):)([A-Z0-9_]+)/g)].map(([, name = ""]) => name);
}

/** As GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

async function sourcesOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  return (await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
}
