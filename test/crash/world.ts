// What outlives the processes of one test: a folder, a port, a vendor, and the users who go on asking.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { expect } from "vitest";
import { registerAt, type User } from "../api/user.ts";
import { PATIENCE_MS } from "../patience.ts";
import { lastWords } from "./gap.ts";
import type { GapName } from "./gaps.ts";
import { type ProductProcess, startProcess } from "./process.ts";
import type { CloudPlace, Place } from "./remains.ts";
import { startVendor, type Vendor } from "./vendor.ts";

export interface StartOptions {
  gap?: GapName;
  /** How much later than now it is for the process: leases of dead ones, and patience, have passed. */
  secondsLater?: number;
  environment?: Record<string, string>;
}

/** A cloud that the processes use instead of their folder. */
export interface Ground extends CloudPlace {
  /** By which a process is configured to use it. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

export type StartGround = () => Promise<Ground>;

export interface World {
  dataDir: string;
  /** Where the items and objects lie: the folder, unless there is a cloud. */
  place: Place;
  vendor: Vendor;
  url: string;
  start(options?: StartOptions): Promise<void>;
  register(): Promise<User>;
  /** Waits until the process has died in its gap; what `act` asks of it may have no answer. */
  diesDuring(act: () => Promise<unknown>): Promise<void>;
  /** Starts a process that finds its gap by itself, and waits for its death. */
  startsAndDies(options: StartOptions): Promise<void>;
  /** Starts a process and kills it so soon that it may not listen yet. */
  startsAndIsKilled(afterMs: number): Promise<void>;
  kill(): Promise<void>;
  /** Ends the process as an operator would. Answers what it had logged as errors. */
  stop(): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** By then a lease of a part of the due index, the longest that a dead process leaves, has ended. */
export const AFTER_LEASES_S = 40;
/** By then nobody waits any more for whoever did not pay: two minutes with a hold. Much later, and the timers would seem to have been off. */
export const AFTER_PATIENCE_S = 125;

export const welcomeCredits = 100;
export const importPrice = 3;

/** So many worlds of one file at the same time. */
const slots = pLimit(3);

export function inWorld(act: (world: World) => Promise<void>): Promise<void> {
  return inWorldOn(undefined, act);
}

export async function inWorldOn(
  startGround: StartGround | undefined,
  act: (world: World) => Promise<void>,
): Promise<void> {
  await slots(async () => {
    await using world = await openWorld(startGround);
    await act(world);
  });
}

async function openWorld(startGround: StartGround | undefined): Promise<World> {
  const [dataDir, vendor, port, ground] = await Promise.all([
    mkdtemp(join(tmpdir(), "dream-factory-crash-")),
    startVendor(),
    findPort(),
    startGround?.(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    DATA_DIR: dataDir,
    PORT: String(port),
    CRASH_VENDOR: vendor.url,
    TRUSTED_HOSTS: `127.0.0.1:${vendor.port}`,
    PRICES: JSON.stringify({ import: importPrice }),
    WELCOME_CREDITS: String(welcomeCredits),
    LEASE_SECONDS: "2",
    TIMER_SECONDS: "1",
    RATE_LIMIT_PER_MINUTE: "0",
    LOG_LEVEL: "error",
    ...ground?.environment,
  };
  let running: ProductProcess | null = null;
  let gap: GapName | undefined;

  function current(): ProductProcess {
    if (!running) throw new Error("no process is running");
    return running;
  }

  async function launch({ secondsLater = 0, ...options }: StartOptions): Promise<void> {
    gap = options.gap;
    running = await startProcess({
      ...environment,
      CRASH_AHEAD_MS: String(secondsLater * 1000),
      ...(gap === undefined ? {} : { CRASH_GAP: gap }),
      ...options.environment,
    });
  }

  async function diesDuring(act: () => Promise<unknown>): Promise<void> {
    const { ended, log } = current();
    const acted: { failure?: unknown } = {};
    const acting = act().catch((cause) => {
      acted.failure = cause;
    });
    const ending = await Promise.race([ended, patience(() => `${gap} was not reached. ${log().join("\n")}`, acted)]);
    running = null;
    expect(ending).toEqual({ signal: "SIGKILL", code: null, stderr: lastWords(gap ?? "") });
    await acting;
  }

  async function kill(): Promise<void> {
    expect(await end("SIGKILL")).toEqual({ signal: "SIGKILL", code: null, stderr: "" });
  }

  async function end(signal: "SIGKILL" | "SIGTERM") {
    const ending = current().ended;
    current().send(signal);
    running = null;
    return ending;
  }

  return {
    dataDir,
    place: ground ?? dataDir,
    vendor,
    url,
    register: () => registerAt(() => url),

    async start(options = {}) {
      await launch(options);
      if (await current().listening) return;
      throw new Error(`The process did not start: ${(await current().ended).stderr}`);
    },

    diesDuring,
    async startsAndDies(options) {
      await launch(options);
      await diesDuring(async () => {});
    },

    async startsAndIsKilled(afterMs) {
      await launch({});
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await kill();
    },

    kill,

    async stop() {
      const { log } = current();
      expect(await end("SIGTERM")).toEqual({ signal: null, code: 0, stderr: "" });
      return log();
    },

    async [Symbol.asyncDispose]() {
      if (running) await end("SIGKILL");
      await Promise.all([vendor.close(), ground?.close()]);
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Below the ports that the system gives away by itself: nobody else takes it between a death and the next start. */
async function findPort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    probe.close();
    if (isFree) return port;
  }
}

async function patience(message: () => string, acted: { failure?: unknown }): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
  throw new Error(message(), { cause: acted.failure });
}
