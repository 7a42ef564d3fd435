// The provider's package as somebody else gets it: packed, looked at by publint and attw, and weighed.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-ai-sdk-"));
  const source = join(folder, "source");
  await cp("clients/ai-sdk", source, { recursive: true, filter: (path) => !/node_modules|\/dist(\/|$)/.test(path) });
  await symlink(resolve("clients/ai-sdk/node_modules"), join(source, "node_modules"));
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
  const args = [resolve("node_modules/.bin/attw"), "--profile", "esm-only", "--format", "json", tarball];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  const { problems, analysis } = JSON.parse(stdout);
  expect(Object.keys(analysis.entrypoints)).toEqual([".", "./package.json"]);
  const kinds = (problems.NoResolution ?? []).map(({ resolutionKind }: { resolutionKind: string }) => resolutionKind);
  expect(new Set(kinds)).toEqual(new Set(kinds.length > 0 ? ["node10"] : []));
});

test("it has less than 4.5 KB, beside the one package that it shares with the SDK", async () => {
  const entry = join(folder, "installed/package/dist/index.js");
  const { outputFiles } = await build({
    entryPoints: [entry],
    ...({ bundle: true, minify: true, write: false, format: "esm", platform: "browser", target: "es2022" } as const),
    external: ["@ai-sdk/provider"],
  });
  expect(gzipSync(outputFiles[0]?.contents ?? "").length).toBeLessThan(4.5 * 1024);
});
