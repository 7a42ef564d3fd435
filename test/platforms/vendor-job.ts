// One job of a vendor on both clouds' zips: asked for over HTTP, made by the vendor, kept, recorded and paid for once.
import { expect } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow, registerAt, type ShownJob } from "../api/user.ts";
import { comeToRest } from "../crash/at-rest.ts";
import { checkRemains } from "../crash/invariants.ts";
import type { Deployment } from "./deployments/deployment.ts";

export interface VendorJob {
  request: object;
  path?: string;
  /** Looks on until the vendor has the job, and lets it be done. */
  finish(deployment: Deployment): Promise<void>;
}

const TIMER_MS = 1000;

export async function vendorJobOn(deployment: Deployment, { request, path, finish }: VendorJob): Promise<ShownJob> {
  const timer = setInterval(() => deployment.fireTimers(), TIMER_MS);
  try {
    const user = await registerAt(() => deployment.url);
    const job = await create(user, request, path);
    await finish(deployment);
    const ended = await follow(user, job.id);
    expect([ended.status, ended.error]).toEqual(["completed", null]);
    for (const { url, size } of ended.outputs) {
      expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(size);
    }
    await comeToRest(deployment.place);
    await checkLedger(user);
    await checkRemains(deployment.place);
    return ended;
  } finally {
    clearInterval(timer);
  }
}
