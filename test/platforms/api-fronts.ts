// Every way by which a request reaches the HTTP functions on one pair of table and store: the local server, and each front door of a cloud.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { declarations } from "../../functions/declarations.ts";
import type { Cloud } from "../../scripts/build/plan.ts";
import type { HttpDeclaration } from "../../shared/events/declaration.ts";
import { childEnvironment } from "../child-environment.ts";
import { type Pair, pairs } from "../clouds/pairs.ts";
import { anyProgram } from "../providers/videos.ts";
import { endWithUs } from "../servers/child-processes.ts";
import { localhostNames } from "../servers/s3/localhost-names.ts";
import { unzipInto } from "../servers/zip.ts";
import { startAliyunFronts } from "./api-fronts-aliyun.ts";
import { startAwsFronts } from "./api-fronts-aws.ts";
import { zipsOf } from "./zips.ts";

export interface Front {
  name: string;
  /** Where requests for this function are sent. */
  urlOf(name: string): string;
}

export interface Fronts {
  fronts: readonly Front[];
  /** Ends the processes of functions that nobody will ask any more. */
  retire(names: readonly string[]): Promise<void>;
  /** What the function's processes have printed. */
  output(name: string): string;
  close(): Promise<void>;
}

export interface Ground extends Fronts {
  pair: Pair;
  /** What every process is configured by. */
  environment: Record<string, string>;
  local: Front;
}

export const served = declarations.filter((each): each is HttpDeclaration => each.trigger.type === "http");

export const jwtSecret = "the secret of an API that is asked everywhere";

const settings = {
  NODE_ENV: "production",
  JWT_SECRET: jwtSecret,
  CORS_ORIGINS: "https://studio.example",
  RATE_LIMIT_PER_MINUTE: "0",
  REGISTRATIONS_PER_HOUR: "0",
  // So that four pictures cost more than the welcome.
  PRICES: '{"sketch":30}',
  TRUSTED_HOSTS: "127.0.0.1:9",
  // One that is there: the local server looks.
  FFMPEG_PATH: anyProgram(),
  LOG_LEVEL: "warn",
  NODE_OPTIONS: localhostNames,
};

const pairOf = { aws: "s3 + dynamodb", aliyun: "oss + tablestore" } as const;
const startFronts: Record<Cloud, StartFronts> = { aws: startAwsFronts, aliyun: startAliyunFronts };

export type StartFronts = (folder: string, environment: Record<string, string>) => Promise<Fronts>;

/** `start`: what stands in front of the functions instead of that cloud's own front doors; it is given a folder with each of their packages. */
export async function startGround(cloud: Cloud, start: StartFronts = startFronts[cloud]): Promise<Ground> {
  const [zips, pair] = [await zipsOf(cloud), await pairs[pairOf[cloud]]()];
  const folder = await realpath(await mkdtemp(join(tmpdir(), `dream-factory-${cloud}-`)));
  const environment = { ...settings, ...pair.environment };
  for (const { name } of served) await unzipInto(join(zips, `${name}.zip`), join(folder, name));
  const [local, fronts] = await Promise.all([
    startLocalFront({ ...environment, DATA_DIR: join(folder, "data") }),
    start(folder, { ...environment, PLATFORM: cloud }),
  ]);
  return {
    ...{ pair, environment, local, fronts: fronts.fronts, retire: fronts.retire, output: fronts.output },
    async close() {
      await Promise.all([local.close(), fronts.close()]);
      await pair.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startLocalFront(environment: Record<string, string>): Promise<Front & { close(): Promise<void> }> {
  const program = fileURLToPath(new URL("local-api.ts", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...childEnvironment(), ...environment, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  endWithUs(child);
  const ended = once(child, "close");
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const [, found] = /listens on (\S+)\n/.exec(said) ?? [];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`The local server ended: ${said}`)));
  });
  return {
    name: "local server",
    urlOf: () => url,
    async close() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
