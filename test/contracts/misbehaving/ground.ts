// The whole product beside one vendor's server, with a clock that waits for nobody.
import type { Job, JobKey } from "../../../shared/jobs/job.ts";
import type { LostSubmit } from "../../../shared/ports/provider.ts";
import { hurriedClock } from "../../api/hurried-clock.ts";
import { hurryJob } from "../../api/hurry.ts";
import { type Product, startProduct } from "../../api/local.ts";
import type { VendorServer } from "../../servers/vendor/vendor-server.ts";
import type { MisbehavingSetup } from "./setup.ts";

export interface Ground extends AsyncDisposable {
  setup: MisbehavingSetup;
  server: VendorServer;
  product: Product;
  lostSubmit: LostSubmit;
  secrets: string[];
  /** Lets time pass until the job is as wanted. `inCalls`: also while the vendor is waited for. */
  hurry(key: JobKey, isThere: (job: Job) => boolean, options?: { inCalls?: boolean }): Promise<Job>;
}

/** Longer than any row waits, except for the one that waits for it. */
const DEADLINE_SECONDS = 180;

export async function openGround<S extends VendorServer>(setup: MisbehavingSetup<S>): Promise<Ground> {
  const server = await setup.start();
  const clock = hurriedClock();
  const environment = setup.environment(server);
  const product = await startProduct({
    clock,
    providers: setup.providers?.(server) ?? [],
    environment: {
      ...{ WELCOME_CREDITS: "100000", TIMER_SECONDS: "0.1", TRUSTED_HOSTS: server.host },
      ...{ IMAGE_DEADLINE_SECONDS: `${DEADLINE_SECONDS}`, VIDEO_DEADLINE_SECONDS: `${DEADLINE_SECONDS}` },
      // Thumbnails are no part of it, and each would be a process.
      FFMPEG_PATH: "/nowhere/ffmpeg",
      ...environment,
    },
  });
  const provider = product.runtime.providers.get(setup.id);
  if (!provider?.isConfigured) throw new Error(`${setup.id} has no key here`);

  return {
    ...{ setup: setup as unknown as MisbehavingSetup, server, product, lostSubmit: provider.lostSubmit },
    secrets: Object.entries(environment).flatMap(([name, value]) => (/KEY|TOKEN/.test(name) ? [value] : [])),
    hurry: (key, isThere, options = {}) =>
      hurryJob({ product, clock, waitingCalls: server.waitingCalls }, key, isThere, {
        ...options,
        each: () => setup.finish?.(server),
      }),
    async [Symbol.asyncDispose]() {
      server.quiet();
      await Promise.all([product.close(), server[Symbol.asyncDispose]()]);
    },
  };
}
