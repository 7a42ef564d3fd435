// Large films from elsewhere, all at once: each is kept whole and named by its hash, and the process stays small.
import { expect, type TestContext } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, hasEnded, type ShownJob, type User } from "../api/user.ts";
import { factsOf } from "../crash/remains.ts";
import { processes } from "../process/running.ts";
import { canReadMemory, peakMebibytes } from "./memory.ts";
import { startMovieOrigin } from "./movie-origin.ts";

export interface LargeOutputs {
  films: number;
  mebibytesEach: number;
  /** The process has to stay below this, from its start on. */
  peakMebibytes: number;
}

export async function keepsLargeOutputs(
  { films, mebibytesEach, peakMebibytes: most }: LargeOutputs,
  { skip, onTestFinished }: TestContext,
): Promise<void> {
  if (!canReadMemory) skip("the memory of a process is read from /proc");
  const origin = await startMovieOrigin(films, mebibytesEach);
  onTestFinished(() => origin.close());
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const environment = { TRUSTED_HOSTS: `127.0.0.1:${origin.port}`, PRICES: '{"import":3}' };
  const running = await start(dataDir, { environment });
  const user = await running.register();
  const made = await Promise.all(origin.urls.map((videoUrl) => create(user, { videoUrl }, "/ai/generate-video")));
  for (const [n, { id }] of made.entries()) {
    const job = await toTheEnd(user, id);
    expect(job).toMatchObject({ status: "completed", attempts: 1, cost: 3 });
    const [output] = job.outputs;
    const facts = { size: origin.totalBytes, sha256: origin.sha256[n] };
    expect(output).toMatchObject(facts);
    expect(await factsOf(dataDir, output.key)).toEqual(facts);
  }
  const peak = await peakMebibytes(running.pid);
  console.log(`${films} films of ${mebibytesEach} MiB: at most ${peak.toFixed(0)} MiB resident`);
  expect(peak).toBeLessThan(most);
  await checkLedger(user);
}

/** However long it takes. */
async function toTheEnd(user: User, id: string): Promise<ShownJob> {
  for (;;) {
    const job = (await user.call("GET", `/jobs/${id}`)).body.data;
    if (hasEnded(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
