// The document before two linters that others hold documents against, with every rule that they recommend, and before rules of our own.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import spectralCore, { type RulesetDefinition } from "@stoplight/spectral-core";
import spectralRulesets from "@stoplight/spectral-rulesets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDocument } from "../../functions/reference.ts";
import type { JsonSchema } from "../../shared/http/openapi/json-schema.ts";

const run = promisify(execFile);
const document = await readDocument();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-lint-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function redocly(shown: object): Promise<{ code: number; said: string }> {
  const path = join(folder, "openapi.json");
  await writeFile(path, JSON.stringify(shown));
  const args = [resolve("node_modules/.bin/redocly"), "lint", "--extends", "recommended-strict", path];
  const environment = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  return run(process.execPath, args, { cwd: folder, env: { ...process.env, ...environment } }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}

async function spectral(shown: object): Promise<string[]> {
  const linter = new spectralCore.Spectral();
  // Its own types do not know that its own rules are rules.
  linter.setRuleset({ extends: [spectralRulesets.oas as RulesetDefinition] });
  return (await linter.run(shown as Record<string, unknown>)).map(({ code, path }) => `${code} at ${path.join(".")}`);
}

const socket = "/ws/projects/{id}/progress";
const ofTheSocket = document.paths[socket]?.get;

/** What becomes a WebSocket is answered with 101, which both do not take for a success. */
const held = {
  ...document,
  paths: {
    ...document.paths,
    [socket]: {
      get: { ...ofTheSocket, responses: { ...ofTheSocket?.responses, "204": ofTheSocket?.responses["101"] } },
    },
  },
};

test("redocly has nothing to say, not even a warning", async () => {
  const { code, said } = await redocly(held);
  expect(said).not.toMatch(/warning|error/i);
  expect(code).toBe(0);
});

test("spectral has nothing to say, not even a hint", async () => {
  expect(await spectral(held)).toEqual([]);
});

test("both would notice an id that is given twice, and spectral an example that does not fit", async () => {
  const { "/jobs": jobs, "/health": health, ...paths } = document.paths;
  const twice = { get: { ...jobs?.get, operationId: "getJob" } };
  const text = JSON.stringify(health).replace('"status":"ok"', '"status":7');
  const broken = { ...document, paths: { ...paths, "/jobs": twice, "/health": JSON.parse(text) } };
  expect((await redocly(broken)).code).not.toBe(0);
  const found = await spectral(broken);
  expect(found).toContainEqual(expect.stringMatching(/^operation-operationId-unique at /));
  expect(found).toContainEqual(expect.stringMatching(/^oas3-valid-media-example at paths\.\/health/));
});

/** What strangers cannot guess, wherever it is asked for or told. */
const needsWords = ["provider", "model", "size", "ratio", "resolution", "quality", "contentType"];

test("providers, models, sizes and types of files are lists, or said in words", () => {
  const silent = Object.entries(document.components.schemas).flatMap(([name, schema]) => fieldsWithout(name, schema));
  expect(silent).toEqual([]);
});

function fieldsWithout(path: string, schema: JsonSchema): string[] {
  const inner = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((each) => each ?? []) as JsonSchema[];
  const own = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([name, field]) => {
    const isSilent = needsWords.includes(name) && field.type === "string" && !field.description && !field.enum;
    return [...(isSilent ? [`${path}.${name}`] : []), ...fieldsWithout(`${path}.${name}`, field)];
  });
  return [...own, ...inner.flatMap((form) => fieldsWithout(path, form))];
}
