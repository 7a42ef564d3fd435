// How large each deployed function is, and how much processor time its process takes from its start until it is ready, over one that has nothing to
// load. Beside it the same without our code: a bundle of the packages that it needs, in the same rounds.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { declarations } from "../../functions/declarations.ts";
import { bundle } from "../../scripts/build/bundle.ts";
import { type Cloud, clouds } from "../../scripts/build/plan.ts";
import { bareSource, type Package } from "../artefacts/bare.ts";
import { type BuiltFunction, buildFunctions } from "../artefacts/built.ts";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import type { Result } from "../results.ts";

/** Milliseconds of processor time. Who answers a request is waited for; for what events start nothing is aimed at. */
const aims = { health: 25, http: 60 };

/** No further round begins when its own rounds took longer than this: on a busy machine there are fewer, and the details say how many. */
const ROUNDS_MS = 60_000;

const ours = fileURLToPath(new URL("../..", import.meta.url));
const program = fileURLToPath(new URL("../programs/cold-start.mjs", import.meta.url));
const execute = promisify(execFile);

interface Measured {
  /** With an `index.mjs`. */
  folder: string;
  cloud: Cloud;
  /** A round each. */
  starts: Start[];
}

interface Start {
  /** From the process's start, by the clock. */
  ms: number;
  /** All that its processors did. */
  cpuMs: number;
}

type Deployed = Measured & BuiltFunction;

export async function measureArtefacts(bench: Bench): Promise<Result[]> {
  const folder = await mkdtemp(join(bench.folder, "artefacts-"));
  const deployed: Deployed[] = [];
  for (const cloud of clouds) {
    const built = await buildFunctions({ ...bench, outDir: folder, cloud });
    deployed.push(...built.map((each) => ({ ...each, cloud, starts: [] })));
  }
  const empty = {
    aws: await emptyIn("aws", join(folder, "empty-aws")),
    aliyun: await emptyIn("aliyun", join(folder, "empty-aliyun")),
  };
  const bare = new Map<string, Measured>();
  for (const { cloud, packages } of deployed) {
    const key = keyOf(cloud, packages);
    if (!bare.has(key)) bare.set(key, await bareOf(cloud, packages, join(folder, `bare-${bare.size}`)));
  }
  await measureInTurns([...Object.values(empty), ...bare.values(), ...deployed], bench);
  return deployed.map((each) => {
    const nothing = empty[each.cloud];
    return resultOf(each, bare.get(keyOf(each.cloud, each.packages)) ?? nothing, nothing);
  });
}

function keyOf(cloud: Cloud, packages: readonly Package[]): string {
  return [cloud, ...packages].join(" ");
}

/** There is one round in any case. */
async function measureInTurns(all: readonly Measured[], { rounds, turn, signal }: Bench): Promise<void> {
  let tookMs = 0;
  for (let round = 0; round < rounds && tookMs < ROUNDS_MS; round++) {
    await turn();
    const startedAt = performance.now();
    for (const each of all) each.starts.push(await coldStart(each, signal));
    tookMs += performance.now() - startedAt;
  }
}

function resultOf(each: Deployed, bare: Measured, empty: Measured): Result {
  const { name, cloud, bytes, packages, starts } = each;
  const idle = medianOf(empty, "cpuMs");
  const [ms, limit] = [medianOf(each, "cpuMs") - idle, medianOf(bare, "cpuMs") - idle];
  const aim = aimOf(name);
  const rounds = starts.map(({ cpuMs }) => cpuMs - idle);
  const times = rounds.map((roundMs) => roundMs.toFixed(0)).join(" ");
  return {
    measure: `${cloud} ${name}`,
    ours: `${ms.toFixed(0)} ms`,
    limit: `${limit.toFixed(0)} ms`,
    ratio: ms / limit,
    ...(aim === null ? {} : { aim: `at most ${aim} ms over an empty one`, isMet: ms <= aim }),
    details: `${Math.ceil(bytes / 1024)} KB; in ${starts.length} rounds ${times} ms of processor time over an empty one's ${idle.toFixed(0)}; ready after ${medianOf(each, "ms").toFixed(0)} ms by the clock; limit: ${["Node's own modules", ...packages].join(", ")}`,
    rounds,
  };
}

function aimOf(name: string): number | null {
  if (name === "health") return aims.health;
  return declarations.find((each) => each.name === name)?.trigger.type === "http" ? aims.http : null;
}

function medianOf({ starts }: Measured, what: keyof Start): number {
  return median(starts.map((start) => start[what]));
}

async function bareOf(cloud: Cloud, packages: readonly Package[], folder: string): Promise<Measured> {
  const { files } = await bundle(ours, { name: "bare", source: bareSource(cloud, packages), draws: false });
  await mkdir(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) await writeFile(join(folder, path), bytes);
  return { folder, cloud, starts: [] };
}

/** What Node and the cloud's way to call a function take for themselves. */
async function emptyIn(cloud: Cloud, folder: string): Promise<Measured> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.mjs"), nothing[cloud]);
  return { folder, cloud, starts: [] };
}

/** Function Compute calls a function over a port of its own. */
const nothing: Record<Cloud, string> = {
  aws: "export const handler = async () => ({});",
  aliyun: `
    const { createServer } = process.getBuiltinModule("node:http");
    createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  `,
};

/** On Function Compute it is ready only when it listens. */
async function coldStart({ folder, cloud }: Measured, signal: AbortSignal): Promise<Start> {
  const options = { cwd: folder, env: settings[cloud], timeout: 30_000, signal };
  const kind = cloud === "aliyun" ? "server" : "handler";
  const { stdout } = await execute(process.execPath, [...flags[cloud], program, folder, kind], options);
  return JSON.parse(stdout);
}

/** As s.yaml has functions started; what Lambda's process is started with is not ours to say. */
const flags: Record<Cloud, readonly string[]> = { aws: [], aliyun: ["--min-semi-space-size=4"] };

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
