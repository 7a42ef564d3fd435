// Outputs say what they are: whenever they are stored, whoever stores them, and however often it is tried.
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Job } from "../../shared/jobs/job.ts";
import { saidOf } from "../../shared/jobs/moving/labelling.ts";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import { createLabels, type LabelProfile } from "../../shared/labels/label.ts";
import type { AigcLabel } from "../../shared/labels/mark.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import type { CallContext } from "../../shared/ports/provider.ts";
import { imageSamples } from "../labels/files.ts";
import { examined, generated } from "../labels/marking.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Call, dying, objectOf } from "./intercept.ts";
import { delivered } from "./outcomes.ts";
import { newJob, pictures, userId } from "./request.ts";
import { whole } from "./sources.ts";
import { tinyPng } from "./tiny-png.ts";

const openWorld = worlds();
const baseline = (await imageSamples()).find(({ name }) => name === "baseline.jpg")?.bytes ?? Buffer.alloc(0);

function labelsOf(profile: LabelProfile, { marksImports = false } = {}) {
  const producer = { name: "001191110000XXXXXXXXXX10001", key: "the key of this system" };
  return createLabels({ profile, producer, systemName: "DreamFactory", marksImports });
}

function open(options: WorldOptions = {}, profile: LabelProfile = "metadata"): Promise<World> {
  return openWorld({ labels: labelsOf(profile), ...options });
}

/** Its chunks and checksums are right; what they hold is no picture. */
const undecodable = withContent(Buffer.from("no picture"));

function withContent(data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from("IDAT"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc32(content), 4);
  const chunk = Buffer.concat([frame.subarray(0, 4), content, frame.subarray(4)]);
  return Buffer.concat([tinyPng.subarray(0, 33), chunk, tinyPng.subarray(tinyPng.length - 12)]);
}

/** Decoders skip what stands between two segments; so much of it is more than a label is put behind. */
async function* unmarkable(): AsyncGenerator<Uint8Array> {
  const behindJfif = 4 + baseline.readUInt16BE(4);
  yield Buffer.concat([baseline.subarray(0, behindJfif), Buffer.alloc(70_000, 1), baseline.subarray(behindJfif)]);
}

async function labelIn(
  w: World,
  key: string,
): Promise<{ label: AigcLabel | undefined; count: number; sha256: string }> {
  const object = await w.store.get(key);
  if (!object) throw new Error(`there is no ${key}`);
  const bytes = await buffer(object.body);
  const { aigc } = await examined(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { label: readAigc(aigc[0] ?? "")?.label, count: aigc.length, sha256 };
}

async function dieAt(w: World, at: (call: Call) => "before" | "after" | null): Promise<void> {
  const dead = dying(at);
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
}

const tempPut = (moment: "before" | "after") => (call: Call) =>
  objectOf(call, "put")?.startsWith("temp/outputs/") ? moment : null;

function opens(w: World): number {
  return w.provider.calls.filter(({ name }) => name === "open").length;
}

describe("An output", () => {
  it("is kept labelled, by a name of its own, and its record is that of the labelled file", async () => {
    const w = await open({ provider: { start: () => delivered(2) } });
    const { id } = await w.create({ request: pictures(2) });
    await w.rest();
    const { outputs } = await w.job();
    for (const { index, key, sha256, width, height } of outputs) {
      const found = await labelIn(w, key);
      expect(found).toMatchObject({ count: 1, sha256, label: { Label: "1", ProduceID: `${id}-1-${index}` } });
      expect([width, height]).toEqual([1, 1]);
    }
    expect(outputs).toHaveLength(2);
    expect(w.log).toEqual([]);
  });

  it("of a system without labels is kept as it came", async () => {
    const w = await openWorld();
    await w.create();
    await w.rest();
    const { outputs } = await w.job();
    expect(outputs[0]?.sha256).toBe(createHash("sha256").update(tinyPng).digest("hex"));
  });

  it("as large as may be kept is kept with its label as well, also when it is read again after a crash", async () => {
    const w = await open({ settings: { maxOutputBytes: tinyPng.length } });
    await w.create();
    await dieAt(w, tempPut("after"));
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.outputs[0]?.size]).toEqual([
      "completed",
      expect.toSatisfy((size) => size > tinyPng.length),
    ]);
  });

  it.each([
    ["was no whole file", tinyPng.subarray(0, 40)],
    ["has a sound header and no picture", undecodable],
  ])("that %s fails for that and not for its label, and is asked for no oftener", async (_, bytes) => {
    for (const profile of ["metadata", "all"] as const) {
      const source = async function* () {
        yield bytes;
      };
      const w = await open({ provider: { open: source } }, profile);
      await w.create();
      await w.rest();
      expect([(await w.job()).error?.type, opens(w)]).toEqual(["invalid_output", 3]);
    }
  });
});

describe("A process that dies", () => {
  it("between the labelled file and its record leaves one that is found, not made again", async () => {
    const w = await open({}, "all");
    await w.create();
    await dieAt(w, tempPut("after"));
    await w.rest();
    const { outcome, outputs } = await w.job();
    expect([outcome, opens(w)]).toEqual(["completed", 1]);
    expect(await labelIn(w, outputs[0]?.key ?? "")).toMatchObject({ count: 1, sha256: outputs[0]?.sha256 });
  });

  it("before the file is stored leaves the next one to write the very same bytes", async () => {
    const w = await open();
    const { id } = await w.create();
    await dieAt(w, tempPut("after"));
    const key = tempOutputKey(userId, id, 1, 0);
    const { sha256 } = await labelIn(w, key);
    await w.store.delete(key);
    await w.rest();
    expect([opens(w), (await w.job()).outputs[0]?.sha256]).toEqual([2, sha256]);
  });

  it("behind one that was faster leaves what that one has stored, and its record is that of those bytes", async () => {
    const w = await open();
    const { id } = await w.create();
    const key = tempOutputKey(userId, id, 1, 0);
    const slower = w.process({
      async around(call, act) {
        if (tempPut("before")(call)) await w.store.put(key, baseline, { ifAbsent: true });
        return act();
      },
    });
    await w.run(slower);
    await w.rest();
    expect((await w.job()).outputs[0]?.sha256).toBe(createHash("sha256").update(baseline).digest("hex"));
  });

  it("before labels were demanded leaves a file that is made again with one", async () => {
    const w = await open({}, "cn");
    await w.create();
    const older = dying(tempPut("after"));
    await w.run({ ...w.process({ around: older.around }), labels: null }).catch(() => undefined);
    await w.rest();
    const { outputs } = await w.job();
    expect([opens(w), (await labelIn(w, outputs[0]?.key ?? "")).count]).toEqual([2, 1]);
  });
});

describe("What an answer held", () => {
  const keeping: WorldOptions["provider"] = {
    isSynchronous: true,
    lostSubmit: "never",
    async start(_count, _reference, call) {
      await keep(call?.context, whole());
      return { state: "succeeded", sources: [{ kind: "kept" }] };
    },
  };

  async function keep(context: CallContext | undefined, body: AsyncIterable<Uint8Array>): Promise<void> {
    if (!context?.keep) throw new Error("nothing can be kept");
    await context.keep(0, body);
  }

  it("is labelled while it is kept, and not again when it is transferred", async () => {
    const w = await open({ provider: keeping }, "all");
    const { id } = await w.create();
    await w.rest();
    const { outcome, outputs } = await w.job();
    expect(outcome).toBe("completed");
    expect(await labelIn(w, outputs[0]?.key ?? "")).toMatchObject({
      ...{ count: 1, sha256: outputs[0]?.sha256 },
      label: { ProduceID: `${id}-1-0` },
    });
  });

  it("is labelled also when its owner dies right behind it", async () => {
    const w = await open({ provider: keeping }, "all");
    await w.create();
    await dieAt(w, tempPut("after"));
    await w.rest();
    const { outcome, outputs } = await w.job();
    expect([outcome, (await labelIn(w, outputs[0]?.key ?? "")).count]).toEqual(["completed", 1]);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("and lies there without the label that is demanded ends the job, whose credits are given back", async () => {
    const w = await open({ provider: keeping }, "all");
    await w.create();
    const older = dying(tempPut("after"));
    await w.run({ ...w.process({ around: older.around }), labels: null }).catch(() => undefined);
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type]).toEqual(["failed", "internal"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("and is no file at all fails for that", async () => {
    const start: NonNullable<WorldOptions["provider"]>["start"] = async (_count, _reference, call) => {
      const page = async function* () {
        yield Buffer.from("<html>");
      };
      await keep(call?.context, page());
      return { state: "succeeded", sources: [{ kind: "kept" }] };
    };
    const w = await open({ provider: { ...keeping, start } }, "all");
    await w.create();
    await w.rest();
    expect((await w.job()).error?.type).toBe("invalid_output");
  });
});

describe("A file that cannot carry a label", () => {
  it("is kept as it came where the profile does not demand one, and the log says why", async () => {
    const w = await open({ provider: { open: unmarkable } });
    await w.create();
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(w.log.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "warn A file could not be labelled: JPEG",
    ]);
    expect(opens(w)).toBe(1);
  });

  it.each(["cn", "eu", "all"] as const)(
    "ends the job at once with profile %s: nothing is stored or paid",
    async (profile) => {
      const w = await open({ provider: { open: unmarkable } }, profile);
      await w.create();
      await w.run();
      const job = await w.job();
      expect([job.outcome, job.error?.type, opens(w)]).toEqual(["failed", "internal", 1]);
      expect(await w.objects("temp/outputs/")).toEqual([]);
      await w.rest();
      expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
      expect(w.log.find(({ level }) => level === "error")?.message).toMatch(
        /A file could not be labelled: JPEG: .* demands a label/,
      );
    },
  );
});

describe("What is said", () => {
  const base = { ...newJob(), id: "job", attempt: 2, operation: "generate" } as unknown as Job;
  const said = (job: Partial<Job>, marksImports = false) =>
    saidOf({ labels: labelsOf("metadata", { marksImports }) }, { ...base, ...job }, 3);
  const input = { origin: { uploadId: "u" }, file: null };

  it("names the output by job, attempt and index, and what has made it", () => {
    expect(said({})).toEqual({
      produceId: "job-2-3",
      ownerId: userId,
      digitalSourceType: generated,
      model: "scripted",
    });
  });

  it.each([
    ["made by a model", {}, "trainedAlgorithmicMedia"],
    ["made of a reference picture", { inputs: [input] }, "trainedAlgorithmicMedia"],
    [
      "a picture that a model has changed",
      { operation: "edit", inputs: [input] },
      "compositeWithTrainedAlgorithmicMedia",
    ],
    ["drawn by our own code", { provider: "sketch", operation: "edit", inputs: [input] }, "algorithmicMedia"],
  ] as const)("of what is %s", (_, job, type) => {
    expect(said(job as Partial<Job>)?.digitalSourceType).toBe(`http://cv.iptc.org/newscodes/digitalsourcetype/${type}`);
  });

  it("is nothing of an import, unless the operator wants it", () => {
    expect(said({ provider: "import" })).toBeNull();
    expect(said({ provider: "import" }, true)).not.toBeNull();
    expect(saidOf({ labels: null }, base, 0)).toBeNull();
  });
});
