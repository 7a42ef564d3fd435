// An output whose bytes stop coming, over a real connection; only the patience is shorter than in production.
import { expect, it } from "vitest";
import { fetchForeign } from "../../shared/media/fetch.ts";
import { transferLimits } from "../../shared/media/fetch-limits.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { type Scene, stallAtFirst, startGallery } from "../api/gallery.ts";
import { worlds } from "../jobs/fixture.ts";
import { started } from "../jobs/outcomes.ts";

const open = worlds();

/** With this the connections stall for as short a time. */
const idleMs = 200;

/** A delivery behind a URL of a gallery; by default of a provider with tasks. */
async function delivering(scene: Scene, hasTasks = true) {
  const gallery = await startGallery({ "/stalls.png": scene });
  const delivered = {
    state: "succeeded" as const,
    sources: [{ kind: "url" as const, url: `${gallery.url}/stalls.png` }],
  };
  const trusted = parseTrustedHosts(`127.0.0.1:${gallery.port}`);
  const w = await open({
    provider: { start: () => (hasTasks ? started("T1") : delivered), check: () => delivered },
    fetchSource: (source, { signal }) => fetchForeign(source.url, { trusted, limits: { idleMs }, signal }),
  });
  await w.create();
  return { gallery, w };
}

const stallAlways: Scene = (response) => stallAtFirst(response, 0);

it("F36: in production nobody waits longer than 30 s for the next byte", () => {
  expect(transferLimits.idleMs).toBeLessThanOrEqual(30_000);
});

it.each([true, false])(
  "F36: an output that stalls half way is left, fetched again and kept whole (provider with tasks: %s)",
  async (hasTasks) => {
    const { gallery, w } = await delivering(stallAtFirst, hasTasks);
    await w.runFor(600_000);
    await gallery.idle();
    const job = await w.job();
    expect([job.outcome, job.attempt, gallery.count("/stalls.png")]).toEqual(["completed", hasTasks ? 1 : 2, 2]);
    await gallery.close();
  },
);

it("F36: an output that stalls each time fails the job, gives its credits back and leaves nothing", async () => {
  const { gallery, w } = await delivering(stallAlways);
  await w.runFor(600_000);
  await gallery.idle();
  const job = await w.job();
  expect([job.outcome, job.error?.type, job.attempt]).toEqual(["failed", "fetch_failed", 3]);
  expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  expect(await w.objects("")).toEqual([]);
  await gallery.close();
});
