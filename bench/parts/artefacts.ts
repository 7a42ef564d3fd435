// How large each deployed function is, and how long its process takes from its start until it is ready, over one that has nothing to load.
// Beside it the same without our code: a bundle of the packages that it needs, in the same rounds.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { declarations } from "../../functions/declarations.ts";
import { buildCloud } from "../../scripts/build/build.ts";
import { bundle } from "../../scripts/build/bundle.ts";
import { adaptersOf, type Cloud, clouds } from "../../scripts/build/plan.ts";
import { unzipInto } from "../../test/servers/zip.ts";
import { bareSource, type Import, importMs, importsOf } from "../artefacts/imports.ts";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import type { Result } from "../results.ts";

/** What our own code may take beyond the packages that it needs. */
const OWN_MS = 10;

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = fileURLToPath(new URL("../programs/cold-start.mjs", import.meta.url));
const execute = promisify(execFile);

interface Measured {
  name: string;
  /** With an `index.mjs`. */
  folder: string;
  cloud: Cloud;
  /** Whether it is ready only when it listens. */
  isServer: boolean;
  /** Milliseconds from the process's start, a round each. */
  times: number[];
}

interface Deployed extends Measured {
  bytes: number;
  imports: Import[];
}

export async function measureArtefacts({ folder, rounds, signal }: Bench): Promise<Result[]> {
  const deployed = (await Promise.all(clouds.map((cloud) => unzipAll(cloud, folder)))).flat();
  const empty = await bareOf("aws", [], join(folder, "empty"));
  const bare = new Map<string, Measured>();
  for (const { cloud, imports } of deployed) {
    const key = imports.join(" ");
    if (!bare.has(key)) bare.set(key, await bareOf(cloud, imports, join(folder, `bare-${bare.size}`)));
  }
  await measureInTurns([empty, ...bare.values(), ...deployed], rounds, signal);
  const nothing = median(empty.times);
  return deployed.map((each) => resultOf(each, bare.get(each.imports.join(" "))?.times ?? [], nothing));
}

async function measureInTurns(all: readonly Measured[], rounds: number, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < rounds; round++) for (const each of all) each.times.push(await coldStart(each, signal));
}

function resultOf({ name, cloud, bytes, imports, times }: Deployed, bare: number[], nothing: number): Result {
  const [ms, limit] = [median(times) - nothing, median(bare) - nothing];
  const sum = imports.reduce((ms, each) => ms + importMs[each], 0);
  return {
    measure: `${cloud} ${name}, ${Math.ceil(bytes / 1024)} KB`,
    ours: `${ms.toFixed(0)} ms`,
    limit: `${limit.toFixed(0)} ms`,
    ratio: ms / limit,
    aim: `at most ${(sum + OWN_MS).toFixed(0)} ms: ${sum.toFixed(1)} for packages and ${OWN_MS}`,
    isMet: ms <= sum + OWN_MS,
    details: `ready after ${times.map(Math.round).join(" ")} ms, an empty one after ${nothing.toFixed(0)}`,
  };
}

async function unzipAll(cloud: Cloud, folder: string): Promise<Deployed[]> {
  const outDir = join(folder, "built");
  const built = await buildCloud({ root, outDir, cloud, declarations, adapters: adaptersOf[cloud] });
  const measured: Deployed[] = [];
  for (const { name, path, bytes } of built) {
    const own = join(folder, "unzipped", cloud, name);
    await unzipInto(path, own);
    const declaration = declarations.find((each) => each.name === name);
    const kind = declaration && "needs" in declaration ? declaration.needs : "requests";
    const imports = importsOf(cloud, kind);
    measured.push({ name, folder: own, cloud, isServer: cloud === "aliyun", times: [], bytes, imports });
  }
  return measured;
}

async function bareOf(cloud: Cloud, imports: readonly Import[], folder: string): Promise<Measured> {
  const name = imports.join(" ");
  const { files } = await bundle(root, { name, source: bareSource(imports), draws: false });
  await mkdir(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) await writeFile(join(folder, path), bytes);
  return { name, folder, cloud, isServer: false, times: [] };
}

async function coldStart({ folder, cloud, isServer }: Measured, signal: AbortSignal): Promise<number> {
  const options = { cwd: folder, env: settings[cloud], timeout: 30_000, signal };
  const { stdout } = await execute(process.execPath, [program, folder, isServer ? "server" : "handler"], options);
  return Number(stdout);
}

const both = { JWT_SECRET: "0123456789abcdef0123456789abcdef", LOG_LEVEL: "silent" };

const settings: Record<Cloud, Record<string, string>> = {
  aws: {
    ...{ ...both, PLATFORM: "aws", S3_BUCKET: "dreams", AWS_REGION: "eu-central-1" },
    ...{ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" },
  },
  aliyun: {
    ...{ ...both, PLATFORM: "aliyun", HOST: "127.0.0.1", PORT: "0", OSS_BUCKET: "dreams", OSS_REGION: "cn-hangzhou" },
    ...{ TABLESTORE_ENDPOINT: "https://dreams.cn-hangzhou.ots.aliyuncs.com", TABLESTORE_INSTANCE: "dreams" },
  },
};
