// Signed outputs: no two transfers of one come to the same bytes. The record is that of the bytes which are kept, whoever dies, and whoever is faster.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { saidOf } from "../../shared/jobs/moving/labelling.ts";
import { createSigner } from "../../shared/labels/c2pa/sign.ts";
import { createLabels, type LabelProfile } from "../../shared/labels/label.ts";
import { outputKey, tempOutputKey } from "../../shared/media/keys.ts";
import { needC2pa } from "../labels/c2pa-library.ts";
import { checkSigned } from "../labels/c2pa-store.ts";
import { pieces } from "../media/inspecting.ts";
import { createAuthority, type Signing } from "../servers/authority.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Around, type Call, dying, itemPut, jobPut, objectOf } from "./intercept.ts";
import { delivered } from "./outcomes.ts";
import { newJob, pictures, userId } from "./request.ts";
import { whole } from "./sources.ts";

needC2pa();

const openWorld = worlds();
const authority = createAuthority();
afterAll(() => authority.close());
const own = authority.issue();

function labelsOf(profile: LabelProfile, signing: Signing = own) {
  const producer = { name: "001191110000XXXXXXXXXX10001", key: "the key of this system" };
  const signer = createSigner({ ...signing, algorithm: "es256", tsaUrl: null });
  return createLabels({ profile, producer, systemName: "DreamFactory", marksImports: false, signer });
}

function open(options: WorldOptions = {}, profile: LabelProfile = "eu"): Promise<World> {
  return openWorld({ labels: labelsOf(profile), ...options });
}

async function bytesOf(w: World, key: string): Promise<Buffer> {
  const object = await w.store.get(key);
  if (!object) throw new Error(`there is no ${key}`);
  return buffer(object.body);
}

/** Each output is what its record says, and signed. */
async function checkOutputs(w: World, count = 1): Promise<void> {
  const { outcome, outputs } = await w.job();
  expect([outcome, outputs.length]).toEqual(["completed", count]);
  for (const { key, size, sha256 } of outputs) {
    const bytes = await bytesOf(w, key);
    checkSigned(bytes);
    expect({ size, sha256 }).toEqual({
      size: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
  }
}

async function dieAt(w: World, at: (call: Call) => "before" | "after" | null): Promise<void> {
  const dead = dying(at);
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
}

const tempPut = (moment: "before" | "after") => (call: Call) =>
  objectOf(call, "put")?.startsWith("temp/outputs/") ? moment : null;

describe("A signed output", () => {
  const gaps: [string, (call: Call) => "before" | "after" | null][] = [
    ["before it is stored", tempPut("before")],
    ["between it and its record on the job", tempPut("after")],
    ["before it is copied into its place", (call) => (objectOf(call, "copy") ? "before" : null)],
    ["between the copy and its record", (call) => (objectOf(call, "copy") ? "after" : null)],
    ["after its record", (call) => (itemPut(call)?.sort.startsWith("output#") ? "after" : null)],
  ];

  it.each(gaps)("is what its record says, whoever dies %s", async (_, at) => {
    const w = await open({ provider: { start: () => delivered(2) } });
    await w.create({ request: pictures(2) });
    await dieAt(w, at);
    await w.rest();
    await checkOutputs(w, 2);
    expect(await w.bookings()).toEqual(["charge -20"]);
  });

  it("that was made twice is made otherwise: so nobody may count on its bytes", async () => {
    const w = await open();
    const { id } = await w.create();
    await dieAt(w, tempPut("after"));
    const key = tempOutputKey(userId, id, 1, 0);
    const first = await bytesOf(w, key);
    await w.store.delete(key);
    await w.rest();
    await checkOutputs(w);
    expect((await bytesOf(w, (await w.job()).outputs[0]?.key ?? "")).equals(first)).toBe(false);
  });

  it("whose file went missing while a copy of it was under way is recorded as what that copy has kept", async () => {
    const w = await open();
    const { id } = await w.create();
    await dieAt(w, (call) => (jobPut(call)?.phase === "storing" ? "after" : null));
    const { attemptAt } = await w.job();
    const temp = tempOutputKey(userId, id, 1, 0);
    const place = outputKey(userId, id, { type: "image", timestamp: attemptAt, index: 0, extension: "png" });
    const first = await bytesOf(w, temp);
    await w.store.delete(temp);
    w.clock.pass(120_000);
    // The copy ends once the file was missed, and before it is made anew.
    const late: Around = async (call, act) => {
      const answer = await act();
      if (jobPut(call)?.phase === "transferring") await w.store.put(place, first, { ifAbsent: true });
      return answer;
    };
    await w.run(w.process({ around: late }));
    await w.rest();
    await checkOutputs(w);
    expect((await bytesOf(w, place)).equals(first)).toBe(true);
  });

  it("of two owners is that of who was faster", async () => {
    const w = await open();
    const { id } = await w.create();
    const key = tempOutputKey(userId, id, 1, 0);
    let faster = Buffer.alloc(0);
    const slow: Around = async (call, act) => {
      if (tempPut("before")(call)) {
        const said = saidOf(w.deps, await w.job(), 0) ?? fail();
        const { body } = labelsOf("eu").mark(whole(), said);
        faster = await buffer(body);
        await w.store.put(key, faster, { ifAbsent: true });
      }
      return act();
    };
    await w.run(w.process({ around: slow }));
    await w.rest();
    await checkOutputs(w);
    expect((await bytesOf(w, (await w.job()).outputs[0]?.key ?? "")).equals(faster)).toBe(true);
  });
});

describe("What cannot be signed", () => {
  it.each(["eu", "all"] as const)("ends the job at once with profile %s: nothing is kept or paid", async (profile) => {
    const w = await open({ labels: labelsOf(profile, authority.selfSigned()) });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type]).toEqual(["failed", "internal"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    expect(w.log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/could not be labelled: PNG.*certificate/),
    ]);
  });

  it("is kept with its mark where no signature is demanded, and the log says why", async () => {
    const w = await open({ labels: labelsOf("metadata", authority.selfSigned()) });
    await w.create();
    await w.rest();
    expect([(await w.job()).outcome, w.log.map(({ message }) => message)]).toEqual([
      "completed",
      ["A file could not be signed: PNG"],
    ]);
  });
});

describe("A film that its maker has signed behind the movie header", () => {
  const film = readFileSync("test/media/fixtures/faststart.mp4");
  const box = Buffer.concat([
    Buffer.from("\0\0\0\x20uuid", "latin1"),
    Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex"),
    Buffer.alloc(8),
  ]);
  const signed = Buffer.concat([film, box]);

  it.each(["metadata", "eu"] as const)("comes once more and is kept byte for byte with profile %s", async (profile) => {
    const producer = { name: "DreamFactory", key: "the key of this system" };
    const labels = createLabels({ profile, producer, systemName: "DreamFactory", marksImports: false });
    const w = await openWorld({ labels, provider: { open: () => pieces(signed, () => 900) } });
    await w.create({ type: "video", request: { ...newJob().request, type: "video" } });
    await w.rest();
    const { outcome, outputs } = await w.job();
    expect([outcome, w.log]).toEqual(["completed", []]);
    expect((await bytesOf(w, outputs[0]?.key ?? "")).equals(signed)).toBe(true);
  });
});

function fail(): never {
  throw new Error("nothing is said of it");
}
