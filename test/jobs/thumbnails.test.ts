// Thumbnails: kept with their outputs, labelled as those are, gone with them; and no job fails for want of one.
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { showJob } from "../../shared/jobs/reading/show.ts";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import { createLabels } from "../../shared/labels/label.ts";
import { thumbnailKey } from "../../shared/media/keys.ts";
import { createThumbnails } from "../../shared/media/thumbnail.ts";
import { examined } from "../labels/marking.ts";
import { type WorldOptions, worlds } from "./fixture.ts";
import { dying } from "./intercept.ts";
import { delivered, failing } from "./outcomes.ts";
import { pictures } from "./request.ts";

const open = worlds();
const noFfmpeg = { find: () => null, run: () => Promise.reject(new Error("there is none")) };
const thumbnails = createThumbnails(noFfmpeg);
const large = await sharp({ create: { width: 1600, height: 900, channels: 3, background: "#7a2" } })
  .jpeg()
  .toBuffer();

const noise = { type: "gaussian" as const, mean: 128, sigma: 30 };

function labelsOf(profile: "metadata" | "cn") {
  const producer = { name: "001191110000XXXXXXXXXX10001", key: "the key of this system" };
  return createLabels({ profile, producer, systemName: "DreamFactory", marksImports: false });
}

async function* picture() {
  yield large;
}

const world = (options: WorldOptions = {}) =>
  open({
    thumbnails,
    labels: labelsOf("cn"),
    ...options,
    provider: { start: () => delivered(2), open: picture, ...options.provider },
  });

describe("An output's thumbnail", () => {
  it("is a WebP of 512 pixels, labelled as the output is, and shown with it alone and in lists", async () => {
    const w = await world();
    const key = keyOf(await w.create({ request: pictures(2) }));
    await w.rest();
    const job = await w.job();
    expect(job.outputs.map(({ hasThumbnail }) => hasThumbnail)).toEqual([true, true]);
    for (const output of job.outputs) {
      const object = await w.store.get(thumbnailKey(output.key));
      if (!object) throw new Error("there is none");
      const bytes = await buffer(object.body);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 512, height: 288 });
      const { aigc } = await examined(bytes);
      expect(readAigc(aigc[0] ?? "")?.label.ProduceID).toBe(`${job.id}-1-${output.index}`);
    }
    const shown = await publicJob(w.store, job);
    expect(shown.outputs.map(({ thumbnailUrl }) => thumbnailUrl)).toEqual(
      job.outputs.map((output) => `http://127.0.0.1/media/${thumbnailKey(output.key)}`),
    );
    expect(JSON.parse(await showJob(w.deps, key))).toEqual(JSON.parse(JSON.stringify(shown)));
    expect(await w.account()).toMatchObject({ usedBytes: job.outputs.reduce((sum, { size }) => sum + size, 0) });
  });

  it("is the picture itself where that is small, and so is nowhere else", async () => {
    const small = await sharp(large).resize(512).png().toBuffer();
    const heavy = await sharp({ create: { width: 512, height: 512, channels: 3, noise, background: "#000" } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const files = [small, heavy];
    let opened = 0;
    const w = await world({
      provider: {
        start: () => delivered(2),
        async *open() {
          yield files[opened++ % 2] ?? small;
        },
      },
    });
    await w.create({ request: pictures(2) });
    await w.rest();
    const { outputs } = await publicJob(w.store, await w.job());
    const shown = outputs.map(({ size, url, thumbnailUrl }) => [size < 128 * 1024, thumbnailUrl === url]);
    expect(shown.toSorted()).toEqual([
      [false, false],
      [true, true],
    ]);
    expect((await w.objects("users/")).filter(({ key }) => key.includes("/thumbnail-"))).toHaveLength(1);
  });

  it("that cannot be made, labelled or stored is no reason to fail, nor one that is made too slowly to be wanted", async () => {
    const w = await world({ thumbnails: { of: () => Promise.reject(new Error("out of memory")) } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs[0]?.hasThumbnail]).toEqual(["completed", undefined]);
    expect((await publicJob(w.store, job)).outputs[0]?.thumbnailUrl).toBeNull();
    const full = await world();
    await full.create();
    const deps = full.process({
      around(call, act) {
        const isThumbnail = call.port === "store" && String(call.args[0]).startsWith("temp/thumbnails/");
        return isThumbnail && call.name === "put" ? Promise.reject(new Error("no room")) : act();
      },
    });
    await full.run(deps);
    await full.rest();
    expect((await full.job()).outcome).toBe("completed");
  });

  it("is truthfully told of, and nothing of it is left over, wherever a process dies", async () => {
    let deaths = 0;
    for (let step = 1; ; step++) {
      let isOver = false;
      for (const moment of ["before", "after"] as const) {
        const w = await world();
        await w.create();
        let calls = 0;
        const death = dying(({ port }) => (port !== "provider" && ++calls === step ? moment : null));
        await w.run(w.process({ around: death.around })).catch(() => undefined);
        if (death.isDead()) deaths++;
        else isOver = true;
        await w.rest();
        const job = await w.job();
        expect(job.outcome).toBe("completed");
        for (const { key, hasThumbnail } of job.outputs) {
          const isThere = (await w.store.head(thumbnailKey(key))) !== null;
          expect([step, moment, hasThumbnail === true && !isThere]).toEqual([step, moment, false]);
        }
      }
      if (isOver) break;
    }
    expect(deaths).toBeGreaterThan(20);
  });

  it("of an attempt that failed goes with its attempt, and of a job with the job", async () => {
    const outcomes = [failing(), delivered(2)];
    let starts = 0;
    const w = await world({
      provider: { start: () => (starts++ === 0 ? delivered(1) : (outcomes[1] ?? failing())), open: picture },
    });
    const key = keyOf(await w.create({ request: pictures(2) }));
    await w.rest();
    expect((await w.job()).outputs).toHaveLength(2);
    expect((await w.objects("users/")).filter(({ key }) => key.includes("/thumbnail-"))).toHaveLength(2);
    await deleteJob(w.deps, key);
    await w.rest();
    expect([...(await w.objects("users/")), ...(await w.objects("temp/"))]).toEqual([]);
  });
});
