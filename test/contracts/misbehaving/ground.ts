// The whole product beside one vendor's server, with a clock that waits for nobody.
import { type Job, type JobKey, readJob } from "../../../shared/jobs/job.ts";
import type { LostSubmit } from "../../../shared/ports/provider.ts";
import { hurriedClock } from "../../api/hurried-clock.ts";
import { type Product, startProduct } from "../../api/local.ts";
import { PATIENCE_MS } from "../../patience.ts";
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
      ...environment,
    },
  });
  const { table, providers, settings } = product.runtime;
  const provider = providers.get(setup.id);
  if (!provider?.isConfigured) throw new Error(`${setup.id} has no key here`);

  /** When nobody works on the job, it is the time that it waits for. */
  function pass(job: Job, inCalls: boolean): void {
    const now = clock.now();
    if (server.waitingCalls() > 0 && !inCalls) clock.endPauses(SHORTEST_CALL_MS);
    else if (job.lease === null && (job.dueAt ?? 0) > now) clock.leap((job.dueAt ?? 0) - now);
    else if (job.lease === null) clock.endPauses(0, LONGEST_TICK_PAUSE_MS);
    // Its owner has just renewed: so much of the lease may go by at once.
    else if (inCalls && job.lease.until - now > settings.leaseMs / 2) clock.leap(settings.leaseMs / 3);
  }

  return {
    ...{ setup: setup as unknown as MisbehavingSetup, server, product, lostSubmit: provider.lostSubmit },
    secrets: Object.entries(environment).flatMap(([name, value]) => (/KEY|TOKEN/.test(name) ? [value] : [])),
    async hurry(key, isThere, { inCalls = false } = {}) {
      const giveUpAt = Date.now() + PATIENCE_MS;
      for (;;) {
        const stored = await readJob(table, key);
        if (!stored) throw new Error("there is no such job");
        if (isThere(stored.job)) return stored.job;
        if (Date.now() > giveUpAt) throw new Error(`It never came. The job: ${JSON.stringify(stored.job)}`);
        setup.finish?.(server);
        pass(stored.job, inCalls);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async [Symbol.asyncDispose]() {
      server.quiet();
      await Promise.all([product.close(), server[Symbol.asyncDispose]()]);
    },
  };
}

/** A tick looks at the index as often as this at least: now, when the time has leapt. */
const LONGEST_TICK_PAUSE_MS = 5000;
/** No call of a provider is given up sooner than this; everything else that pauses so long can be called off as well. */
const SHORTEST_CALL_MS = 20_000;
