// The label that everybody can see, on a job's outputs: drawn once, whoever dies when; and the log of those that were handed out without.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { VisibleLabelWish } from "../../shared/jobs/job.ts";
import { type LabelLogEntry, labelLog } from "../../shared/jobs/moving/label-log.ts";
import { createLabels, type LabelProfile } from "../../shared/labels/label.ts";
import type { FilmTools } from "../../shared/labels/visible/films.ts";
import { removeExpired } from "../../shared/limits/expiring.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import { createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { runFfmpeg } from "../../shared/providers/ffmpeg/run.ts";
import { foreignLabel, imageSamples } from "../labels/files.ts";
import { examined } from "../labels/marking.ts";
import { differenceOf, plain } from "../labels/visible/pictures.ts";
import { pieces } from "../media/inspecting.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Around, type Call, dying, itemPut, objectOf } from "./intercept.ts";
import { delivered } from "./outcomes.ts";
import { newJob, pictures, userId } from "./request.ts";

const openWorld = worlds();
const DAY_MS = 86_400_000;
const loggedForMs = 200 * DAY_MS;
const picture = await plain({ width: 300, height: 200 }).png().toBuffer();
const tiny = await plain({ width: 8, height: 8 }).png().toBuffer();
const clip = readFileSync("test/media/fixtures/moov-at-end.mp4");
const films: FilmTools = { ...createFfmpeg(null), run: runFfmpeg };

const drawn: VisibleLabelWish = { text: "AI生成", isRequired: true, isDeclined: false, loggedForMs };
const wished = { ...drawn, isRequired: false };
const declined = { ...drawn, isDeclined: true };

function open(profile: LabelProfile, bytes: Uint8Array, options: Partial<WorldOptions> = {}): Promise<World> {
  const producer = { name: "001191110000XXXXXXXXXX10001", key: "the key of this system" };
  const labels = createLabels({ profile, producer, systemName: "DreamFactory", marksImports: false, films });
  return openWorld({ labels, provider: { open: () => pieces(bytes, () => 4000) }, ...options });
}

async function stored(w: World, index = 0): Promise<Buffer> {
  const object = await w.store.get((await w.job()).outputs[index]?.key ?? "");
  if (!object) throw new Error("nothing was kept");
  return buffer(object.body);
}

async function logged({ table, clock }: World): Promise<LabelLogEntry[]> {
  const entries: LabelLogEntry[] = [];
  for await (const entry of labelLog(table, { from: 0, to: clock.now() + DAY_MS })) entries.push(entry);
  return entries;
}

async function dieAt(w: World, at: (call: Call) => "before" | "after" | null): Promise<void> {
  const dead = dying(at);
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
}

const tempPut = (moment: "before" | "after") => (call: Call) =>
  objectOf(call, "put")?.startsWith("temp/outputs/") ? moment : null;
const logPut = (moment: "before" | "after") => (call: Call) =>
  itemPut(call)?.partition.startsWith("labels#") ? moment : null;

function opens(w: World): number {
  return w.provider.calls.filter(({ name }) => name === "open").length;
}

async function drawnOnce(profile: LabelProfile, wish: VisibleLabelWish): Promise<Buffer> {
  const w = await open(profile, picture);
  await w.create({ visibleLabel: wish });
  await w.rest();
  return stored(w);
}

/** Without what the file says of itself, which names the job. */
async function shownIn(bytes: Uint8Array): Promise<string | null> {
  return (await examined(bytes)).mediaSha256;
}

describe("An output", () => {
  it("has the label in its corner, its mark for what is shown now, and a record that says so", async () => {
    const w = await open("cn", picture, {
      provider: { start: () => delivered(2), open: () => pieces(picture, () => 4000) },
    });
    await w.create({ visibleLabel: drawn, request: pictures(2) });
    await w.rest();
    const { outputs } = await w.job();
    expect(outputs.map(({ hasVisibleLabel }) => hasVisibleLabel)).toEqual([true, true]);
    const bytes = await stored(w, 1);
    expect(outputs[1]?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(await differenceOf(picture, bytes)).toMatchObject({ right: 295, bottom: 195 });
    expect((await examined(bytes)).aigc).toHaveLength(1);
    expect(await logged(w)).toEqual([]);
  });

  it("of a job that wants none is as it came, but for its mark", async () => {
    const w = await open("cn", picture);
    await w.create();
    await w.rest();
    expect((await w.job()).outputs[0]?.hasVisibleLabel).toBe(false);
    expect(await differenceOf(picture, await stored(w))).toBeNull();
  });

  it("keeps who a vendor's label names as its producer, although drawing leaves the vendor's label out", async () => {
    const sample = (await imageSamples()).find(({ name }) => name === "with-xmp.jpg")?.bytes ?? Buffer.alloc(0);
    const w = await open("cn", sample);
    await w.create({ visibleLabel: { ...drawn, text: "AI" } });
    await w.rest();
    const { outcome, error } = await w.job();
    expect([outcome, error]).toEqual(["completed", null]);
    const [label = "", ...more] = (await examined(await stored(w))).aigc;
    expect(more).toEqual([]);
    expect(JSON.parse(label).ContentProducer).toBe(JSON.parse(foreignLabel).ContentProducer);
  });

  it("loses a manifest of C2PA, which drawing breaks, and is marked", async () => {
    const content = Buffer.from("caBXjumb");
    const manifest = Buffer.concat([Buffer.from([0, 0, 0, 4]), content, Buffer.alloc(4)]);
    manifest.writeUInt32BE(crc32(content), 4 + content.length);
    const w = await open("eu", Buffer.concat([picture.subarray(0, 33), manifest, picture.subarray(33)]));
    await w.create({ visibleLabel: wished });
    await w.rest();
    const { aigc, hasC2pa } = await examined(await stored(w));
    expect([(await w.job()).outputs[0]?.hasVisibleLabel, aigc.length, hasC2pa]).toEqual([true, 1, false]);
  });

  it("may be a film: drawn into by ffmpeg, and marked", async () => {
    const w = await open("all", clip);
    await w.create({
      type: "video",
      request: { ...newJob().request, type: "video" },
      visibleLabel: { ...drawn, text: "AI" },
    });
    await w.rest();
    const { outcome, outputs, error } = await w.job();
    expect([outcome, error, outputs[0]?.hasVisibleLabel]).toEqual(["completed", null, true]);
    expect((await examined(await stored(w))).aigc).toHaveLength(1);
  });
});

describe("A process that dies", () => {
  it("before the labelled file is stored leaves the next one to store the very same picture, labelled once", async () => {
    const w = await open("cn", picture);
    await w.create({ visibleLabel: drawn });
    await dieAt(w, tempPut("before"));
    await w.rest();
    expect(await shownIn(await stored(w))).toBe(await shownIn(await drawnOnce("cn", drawn)));
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it.each([
    ["cn", drawn],
    ["metadata", wished],
  ] as const)("behind it leaves a file that is found and known as labelled, with %s", async (profile, wish) => {
    const w = await open(profile, picture);
    await w.create({ visibleLabel: wish });
    await dieAt(w, tempPut("after"));
    await w.rest();
    const { outputs } = await w.job();
    expect([opens(w), outputs[0]?.hasVisibleLabel]).toEqual([1, true]);
    expect(await shownIn(await stored(w))).toBe(await shownIn(await drawnOnce(profile, wish)));
  });

  it("twice, and whose temp object is lost, leaves no second label", async () => {
    const w = await open("cn", picture);
    const { id } = await w.create({ visibleLabel: drawn });
    await dieAt(w, tempPut("after"));
    await w.store.delete(tempOutputKey(userId, id, 1, 0));
    w.clock.pass(20_000);
    await dieAt(w, tempPut("after"));
    await w.rest();
    expect([opens(w), await shownIn(await stored(w))]).toEqual([2, await shownIn(await drawnOnce("cn", drawn))]);
  });

  it.each(["before", "after"] as const)("%s it has logged an output without leaves one entry", async (moment) => {
    const w = await open("cn", picture);
    await w.create({ visibleLabel: declined });
    await dieAt(w, logPut(moment));
    expect((await w.job()).outcome).toBeNull();
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(await logged(w)).toHaveLength(1);
  });
});

describe("Where the label cannot be drawn", () => {
  it.each([
    ["a picture", "image", tiny],
    ["a film", "video", clip],
  ] as const)("and has to be, %s is not kept, and costs nothing", async (_, type, bytes) => {
    const w = await open("cn", bytes);
    const wish = type === "video" ? { ...drawn, text: "AI\u{20bb7}" } : drawn;
    await w.create({ type, request: { ...newJob().request, type }, visibleLabel: wish });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.outputs, opens(w)]).toEqual(["failed", "internal", [], 1]);
    expect(await w.objects("temp/outputs/")).toEqual([]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    expect(w.log.find(({ level }) => level === "error")?.message).toMatch(/The visible label could not be drawn/);
    expect(await logged(w)).toEqual([]);
  });

  it("and need not be, it is kept without, marked, told and logged", async () => {
    const w = await open("metadata", tiny);
    const { id } = await w.create({ visibleLabel: wished });
    await w.rest();
    const { outcome, outputs } = await w.job();
    expect([outcome, outputs[0]?.hasVisibleLabel]).toEqual(["completed", false]);
    expect((await examined(await stored(w))).aigc).toHaveLength(1);
    expect(w.log.map(({ message }) => message)).toEqual(["The visible label could not be drawn into a file: image"]);
    expect(await logged(w)).toEqual([expect.objectContaining({ output: `${id}-1-0`, why: "failed", sha256: null })]);
  });

  it("and its owner dies right behind it, the next one knows that it is not there", async () => {
    const w = await open("eu", tiny);
    await w.create({ visibleLabel: wished });
    await dieAt(w, tempPut("after"));
    await w.rest();
    expect([opens(w), (await w.job()).outputs[0]?.hasVisibleLabel]).toEqual([1, false]);
    expect(await logged(w)).toHaveLength(1);
  });
});

describe("Where the label could not be drawn by an owner who died before it had stored the file", () => {
  /** Too small to draw on at first; what comes again is not. */
  async function begun(): Promise<World> {
    const w: World = await open("metadata", picture, {
      provider: { open: () => pieces(opens(w) === 1 ? tiny : picture, () => 4000) },
    });
    await w.create({ visibleLabel: wished });
    await dieWithinPut(w);
    expect(await logged(w)).toHaveLength(1);
    w.clock.pass(20_000);
    return w;
  }

  /** Once the first bytes have gone to the store, which keeps no part of a file. */
  async function dieWithinPut(w: World): Promise<void> {
    let isDead = false;
    const around: Around = async (call, act) => {
      if (isDead) throw new Error("this process is dead");
      if (!objectOf(call, "put")?.startsWith("temp/outputs/")) return act();
      for await (const _ of call.args[1] as AsyncIterable<Uint8Array>) break;
      isDead = true;
      throw new Error("this process is dead");
    };
    await w.run(w.process({ around })).catch(() => undefined);
    expect(isDead).toBe(true);
  }

  it("and is drawn by the next one, the log says nothing of it", async () => {
    const w = await begun();
    await w.rest();
    expect([opens(w), (await w.job()).outputs[0]?.hasVisibleLabel]).toEqual([2, true]);
    expect(await differenceOf(picture, await stored(w))).not.toBeNull();
    expect(await logged(w)).toEqual([]);
  });

  it.each(["before", "after"] as const)("and the next one dies %s it has stored the labelled one", async (moment) => {
    const w = await begun();
    await dieAt(w, tempPut(moment));
    await w.rest();
    expect([opens(w), (await w.job()).outputs[0]?.hasVisibleLabel]).toEqual([moment === "after" ? 2 : 3, true]);
    expect(await differenceOf(picture, await stored(w))).not.toBeNull();
    expect(await logged(w)).toEqual([]);
  });

  it.each(["before", "after"] as const)("and the next one dies %s it has taken the note back", async (moment) => {
    const w = await begun();
    await dieAt(w, (call) => (call.port === "table" && call.name === "delete" ? moment : null));
    await w.rest();
    expect([opens(w), (await w.job()).outputs[0]?.hasVisibleLabel]).toEqual([3, true]);
    expect(await logged(w)).toEqual([]);
  });

  it("and whose file arrives late, before that of the next one, it is logged again", async () => {
    const w = await begun();
    const { id } = await w.job();
    const late = w.process({
      async around(call, act) {
        if (tempPut("before")(call)) {
          await w.store.put(
            tempOutputKey(userId, id, 1, 0),
            pieces(tiny, () => 4000),
            { ifAbsent: true },
          );
        }
        return await act();
      },
    });
    await w.run(late);
    await w.rest();
    expect((await w.job()).outputs[0]?.hasVisibleLabel).toBe(false);
    expect(await differenceOf(tiny, await stored(w))).toBeNull();
    expect(await logged(w)).toEqual([expect.objectContaining({ output: `${id}-1-0`, why: "failed" })]);
  });

  it("and what its user wants without stays logged", async () => {
    const w = await open("metadata", picture);
    await w.create({ visibleLabel: declined });
    await w.rest();
    expect(await logged(w)).toHaveLength(1);
  });
});

describe("What an answer held", () => {
  const keeping = (bytes: Uint8Array): NonNullable<WorldOptions["provider"]> => ({
    isSynchronous: true,
    lostSubmit: "never",
    async start(_count, _reference, call) {
      await call?.context?.keep?.(
        0,
        pieces(bytes, () => 4000),
      );
      return { state: "succeeded", sources: [{ kind: "kept" }] };
    },
  });

  it.each([
    ["cn", drawn],
    ["metadata", wished],
  ] as const)("is drawn into while it is kept, and not again, with %s", async (profile, wish) => {
    const w = await open(profile, picture, { provider: keeping(picture) });
    await w.create({ visibleLabel: wish });
    await w.rest();
    expect((await w.job()).outputs[0]?.hasVisibleLabel).toBe(true);
    expect(await shownIn(await stored(w))).toBe(await shownIn(await drawnOnce(profile, wish)));
  });

  it("and cannot be drawn into ends the job where it has to be, whose credits are given back", async () => {
    const w = await open("cn", tiny, { provider: keeping(tiny) });
    await w.create({ visibleLabel: drawn });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type]).toEqual(["failed", "internal"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("and cannot be drawn into is known as such where it need not be", async () => {
    const w = await open("metadata", tiny, { provider: keeping(tiny) });
    await w.create({ visibleLabel: wished });
    await w.rest();
    expect((await w.job()).outputs[0]?.hasVisibleLabel).toBe(false);
    expect(await logged(w)).toHaveLength(1);
  });
});

describe("An output whose user wants none", () => {
  it("is logged before it is shown: who, which and when", async () => {
    const w = await open("cn", picture);
    const { id } = await w.create({ visibleLabel: declined });
    await dieAt(w, logPut("after"));
    expect((await w.job()).outcome).toBeNull();
    expect(await logged(w)).toHaveLength(1);
    await w.rest();
    const { outputs } = await w.job();
    expect(outputs[0]?.hasVisibleLabel).toBe(false);
    expect(await differenceOf(picture, await stored(w))).toBeNull();
    expect((await examined(await stored(w))).aigc).toHaveLength(1);
    const [entry] = await logged(w);
    expect(entry).toMatchObject({ output: `${id}-1-0`, userId, jobId: id, type: "image", why: "declined" });
    expect([entry?.sha256, (entry?.expiresAt ?? 0) - (entry?.at ?? 0)]).toEqual([outputs[0]?.sha256, loggedForMs]);
  });

  it("stays logged until its time is over, and goes then", async () => {
    const w = await open("cn", picture);
    await w.create({ visibleLabel: declined });
    await w.rest();
    const [item] = (await Promise.all([...w.touched.values()].map((key) => w.table.get(key)))).filter((each) =>
      each?.partition.startsWith("labels#"),
    );
    if (!item) throw new Error("nothing was logged");
    await removeExpired(w, item);
    expect(await logged(w)).toHaveLength(1);
    w.clock.pass(loggedForMs);
    await removeExpired(w, item);
    expect(await logged(w)).toEqual([]);
  });
});
