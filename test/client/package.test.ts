// The package as somebody else gets it: packed, looked at by publint and attw, bundled for a browser, and run from its tarball.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProduct } from "../api/local.ts";

const run = promisify(execFile);
let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-package-"));
  const source = join(folder, "source");
  await cp("clients/js", source, { recursive: true, filter: (path) => !/node_modules|\/dist(\/|$)/.test(path) });
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  await run(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", source], { cwd: source });
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: source });
  tarball = join(folder, stdout.trim());
  await mkdir(join(folder, "installed"));
  await run("tar", ["-xzf", tarball, "-C", join(folder, "installed")]);
});
afterAll(() => rm(folder, { recursive: true }));

test("publint has nothing to say, strictly", async () => {
  const { messages, pkg } = await publint({ pkgDir: join(folder, "installed/package"), strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test("attw finds its types from wherever an ESM package can be asked for", async () => {
  const attw = resolve("node_modules/.bin/attw");
  const args = [attw, "--profile", "esm-only", "--format", "json", tarball];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  const { problems, analysis } = JSON.parse(stdout);
  expect(Object.keys(analysis.entrypoints)).toEqual([".", "./react", "./package.json"]);
  expect(problems.NoResolution ?? []).toSatisfy((each: { resolutionKind: string }[]) =>
    each.every(({ resolutionKind }) => resolutionKind === "node10"),
  );
});

describe("In a browser's bundle", () => {
  async function sizeOf(code: string): Promise<number> {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: join(folder, "user") },
      ...({ bundle: true, minify: true, write: false, format: "esm", platform: "browser", target: "es2022" } as const),
      external: ["react"],
    });
    return gzipSync(outputFiles[0]?.contents ?? "").length;
  }

  beforeAll(async () => {
    await mkdir(join(folder, "user/node_modules"), { recursive: true });
    await symlink(join(folder, "installed/package"), join(folder, "user/node_modules/dream-factory-client"));
  });

  test("all of it has less than 12 KB, with the hooks too, and calls alone less than half", async () => {
    const all = await sizeOf('export * from "dream-factory-client"; export * from "dream-factory-client/react";');
    const calls = await sizeOf('export { createClient } from "dream-factory-client";');
    console.log(`The client, minified and gzipped: ${all} bytes with all hooks, ${calls} for calls alone.`);
    expect(all).toBeLessThan(12 * 1024);
    expect(calls).toBeLessThan(6 * 1024);
  });

  test("what is not used is not there: a receiver of webhooks carries no routes", async () => {
    expect(await sizeOf('export { verifyWebhook } from "dream-factory-client";')).toBeLessThan(1500);
  });
});

describe("The README's lines", () => {
  const blocks = (language: string) =>
    [...readFileSync("clients/js/README.md", "utf8").matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, code]) =>
      name === language && code !== undefined ? [code] : [],
    );

  test("compile as they stand, strictly", async () => {
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, noUncheckedIndexedAccess: true, jsx: "react-jsx" },
      ...{ target: "es2022", module: "nodenext", lib: ["es2022", "dom", "dom.iterable"] },
      ...{ exactOptionalPropertyTypes: true, types: [] },
    };
    const texts = [...blocks("ts").map((text) => ["ts", text]), ...blocks("tsx").map((text) => ["tsx", text])];
    expect(texts).toHaveLength(3);
    const files = texts.map(([kind], index) => `readme-${index}.${kind}`);
    for (const [index, [, text]] of texts.entries())
      await writeFile(join(folder, "user", `${files[index]}`), `${text}`);
    await writeFile(join(folder, "user/package.json"), '{"type":"module"}');
    await writeFile(join(folder, "user/tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = [resolve("node_modules/typescript/bin/tsc"), "-p", join(folder, "user")];
    const said = await run(process.execPath, tsc, { cwd: folder }).catch((error) => error);
    expect(said.stdout).toBe("");
  });

  test("draw a picture, when they are run", async () => {
    const product = await startProduct();
    try {
      const code = blocks("ts")[0]?.replace("http://127.0.0.1:3000", product.url) ?? "";
      await writeFile(join(folder, "user/first.ts"), code);
      const { stdout } = await run(process.execPath, [join(folder, "user/first.ts")]);
      expect(stdout).toMatch(/^queued 0\n/);
      expect(stdout).toMatch(/completed \[ 'http:.*png' \]|completed \[\s+'http:[^']*png'\s+\]/);
    } finally {
      await product.close();
    }
  });
});

test("it runs from its tarball, without a build and without React", async () => {
  await writeFile(
    join(folder, "user/main.mjs"),
    `import { createClient, failureOf } from "dream-factory-client";
const client = createClient({ baseUrl: "http://127.0.0.1:9", retries: 0 });
console.log(typeof client.generateImage, failureOf(await client.health().catch((error) => error)).type);`,
  );
  const { stdout } = await run("node", [join(folder, "user/main.mjs")]);
  expect(stdout.trim()).toBe("function no_connection");
});
