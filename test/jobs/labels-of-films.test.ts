// Films are labelled while they stream, and never lie on the disk: what is wrong with one is known when some of it has gone.
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import { createLabels, type LabelProfile } from "../../shared/labels/label.ts";
import { examined } from "../labels/marking.ts";
import { pieces } from "../media/inspecting.ts";
import { type World, worlds } from "./fixture.ts";
import { newJob } from "./request.ts";

const open = worlds();
const film = readFileSync("test/media/fixtures/moov-at-end.mp4");
const firstBox = film.readUInt32BE(0);

function behindFirstBox(box: Buffer): Buffer {
  return Buffer.concat([film.subarray(0, firstBox), box, film.subarray(firstBox)]);
}

/** An index that stands in front of the movie header is nothing that a label is put before. */
const unmarkable = behindFirstBox(
  Buffer.from("\0\0\0\x20sidx\0\0\0\0\0\0\0\x01\0\0\x03\xe8\0\0\0\0\0\0\0\0\0\0\0\0", "latin1"),
);
const signed = behindFirstBox(
  Buffer.concat([
    Buffer.from("\0\0\0\x20uuid", "latin1"),
    Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex"),
    Buffer.alloc(8),
  ]),
);

async function ended(bytes: Buffer, profile: LabelProfile): Promise<World> {
  const producer = { name: "DreamFactory", key: "the key of this system" };
  const labels = createLabels({ profile, producer, systemName: "DreamFactory", marksImports: false });
  const w = await open({ labels, provider: { open: () => pieces(bytes, () => 900) } });
  await w.create({ type: "video", request: { ...newJob().request, type: "video" } });
  await w.rest();
  return w;
}

function opens(w: World): number {
  return w.provider.calls.filter(({ name }) => name === "open").length;
}

async function stored(w: World): Promise<Buffer> {
  const object = await w.store.get((await w.job()).outputs[0]?.key ?? "");
  if (!object) throw new Error("nothing was kept");
  return buffer(object.body);
}

describe("A film", () => {
  it.each(["faststart.mp4", "moov-at-end.mp4", "fragmented.mp4", "quicktime.mov", "known-sizes.webm", "piped.webm"])(
    "is kept labelled, once: %s",
    async (name) => {
      const w = await ended(readFileSync(`test/media/fixtures/${name}`), "all");
      const { aigc } = await examined(await stored(w));
      expect(aigc.map((raw) => readAigc(raw)?.label.ProduceID)).toEqual([`${(await w.job()).id}-1-0`]);
      expect(opens(w)).toBe(1);
    },
  );

  it("that cannot carry a label comes once more and is kept as it is, and the log says why", async () => {
    const w = await ended(unmarkable, "metadata");
    expect((await stored(w)).equals(unmarkable)).toBe(true);
    expect([opens(w), w.log.map(({ level }) => level)]).toEqual([2, ["warn"]]);
  });

  it("that cannot carry a label that is demanded ends the job at once: nothing is stored or paid", async () => {
    const w = await ended(unmarkable, "all");
    const job = await w.job();
    expect([job.outcome, job.error?.type, opens(w)]).toEqual(["failed", "internal", 1]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it.each(["metadata", "all"] as const)(
    "that is cut fails for that with profile %s, and is asked for no oftener",
    async (profile) => {
      const w = await ended(film.subarray(0, film.length - 30), profile);
      expect([(await w.job()).error?.type, opens(w)]).toEqual(["invalid_output", 3]);
    },
  );

  it("that is signed keeps its manifest, unless a label is demanded", async () => {
    expect((await stored(await ended(signed, "eu"))).equals(signed)).toBe(true);
    const found = await examined(await stored(await ended(signed, "cn")));
    expect([found.hasC2pa, found.aigc.length]).toEqual([false, 1]);
  });
});
