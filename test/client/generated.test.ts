// What is made from the document is what the document says today, and compiles for strangers as well as for us.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../clients/js/generate/generate.ts";
import { readDocument } from "../../functions/reference.ts";

const run = promisify(execFile);
const document = await readDocument();
const own = await generate(document);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-client-"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the compiler says; empty when all is well. */
async function compile(files: Record<string, string>, compiler = "node_modules/typescript/bin/tsc"): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const strict = {
    strict: true,
    skipLibCheck: false,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
  };
  const how = { noEmit: true, allowImportingTsExtensions: true, target: "es2022", module: "nodenext" };
  const compilerOptions = { ...strict, ...how, lib: ["es2022", "dom"], types: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const done = await run(process.execPath, [resolve(compiler)], { cwd: folder }).catch((error) => error);
  return done.stdout;
}

test.each(Object.entries(own))("%s is fresh: npm run generate -w clients/js", async (name, text) => {
  expect(await readFile(`clients/js/src/generated/${name}`, "utf8")).toBe(text);
});

describe("openapi-typescript with nothing set", () => {
  beforeAll(async () => {
    const cli = resolve("clients/js/node_modules/.bin/openapi-typescript");
    await run(cli, ["openapi.json", "-o", "schema.ts"], { cwd: folder });
  });

  const usage = `import type { components, operations, paths, webhooks } from "./schema.ts";
type Schemas = components["schemas"];
export const least: Schemas["GenerateImageRequest"] = { prompt: "a lake" };
export const others: [Schemas["GenerateVideoRequest"], Schemas["GenerateSpeechRequest"], Schemas["QuoteRequest"]] = [
  { prompt: "a lake" }, { prompt: "a lake" }, { prompt: "a lake" },
];
export const query: operations["listJobs"]["parameters"]["query"] = { limit: 5, status: "failed" };
export const since: paths["/jobs/{id}/events"]["get"]["parameters"]["query"] = { since: 0 };
export function told(event: webhooks["jobEnded"]["post"]["requestBody"]["content"]["application/json"]): string {
  return event.type === "job.failed" ? (event.data.error?.type ?? "") : event.data.id;
}
export type Named = Schemas["Session" | "JobPage" | "FeedEvent" | "FeedPage" | "AnnouncedUpload" | "Upload" | "JobWebhookEvent"];
export function metadata(job: Schemas["Job"]): unknown {
  const { code }: Pick<operations["getJob"]["responses"][404]["content"]["application/json"], "code"> = { code: 404 };
  return [code, job.metadata?.order];
}
`;

  test.each(["node_modules/typescript/bin/tsc", "clients/js/node_modules/typescript/bin/tsc"])(
    "makes types that compile without a word, strict and with skipLibCheck off, by %s",
    async (compiler) => {
      expect(await compile({ "usage.ts": usage }, compiler)).toBe("");
    },
  );

  test("makes types that refuse what the API refuses", async () => {
    const wrong = `import type { components, operations } from "./schema.ts";
export const a: components["schemas"]["GenerateImageRequest"] = { prompt: "a", n: "two" };
export const b: components["schemas"]["GenerateImageRequest"] = { prompt: "a", colour: "red" };
export const c: operations["listJobs"]["parameters"]["query"] = { limit: "5" };
export const d: components["schemas"]["RegisterRequest"] = { username: "a", email: "b" };
export const e: components["schemas"]["Error"]["error"]["type"] = "no such type";
`;
    const said = await compile({ "wrong.ts": wrong });
    expect([...said.matchAll(/wrong\.ts\((\d)/g)].map(([, line]) => line)).toEqual(["2", "3", "4", "5", "6"]);
  });
});

test("the client's own types lead whoever catches an error, and through the whole of a job", async () => {
  await symlink(resolve("clients/js/src"), join(folder, "client"));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  const usage = `import { createClient, type EndedJob, failureOf, wait } from "./client/index.ts";
const client = createClient({ baseUrl: "http://127.0.0.1" });
export async function draw(): Promise<EndedJob | number | string> {
  try {
    return await wait(client, await client.generateImage({ prompt: "a lake" }, { waitSeconds: 5 }));
  } catch (thrown) {
    const failure = failureOf(thrown);
    switch (failure?.type) {
      case "rate_limited": return failure.retryAfterMs ?? 0;
      case "invalid_request": return failure.details[0]?.path ?? "";
      case "no_connection": return String(failure.status);
      case "upload_rejected": return failure.uploadId;
      default: throw thrown;
    }
  }
}
// @ts-expect-error: a prompt is a text
void client.generateImage({ prompt: 1 });
// @ts-expect-error: a job has an id
void client.getJob();
// @ts-expect-error: no such filter
void client.listJobs({ colour: "red" });
// @ts-expect-error: only what is charged has a key
void client.getCredits({ idempotencyKey: "a" });
`;
  expect(await compile({ "own-usage.ts": usage })).toBe("");
});
