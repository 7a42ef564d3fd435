// Signed files: held against the standards by code of our own, and broken byte by byte.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { readManifest } from "../../shared/labels/c2pa/read.ts";
import { createSigner, MAX_SIGNED_BYTES, type SignerOptions } from "../../shared/labels/c2pa/sign.ts";
import { carrierOf } from "../../shared/labels/formats.ts";
import { createLabels, type LabelProfile } from "../../shared/labels/label.ts";
import { pieces } from "../media/inspecting.ts";
import { createAuthority, type KeyKind } from "../servers/authority.ts";
import { needC2pa } from "./c2pa-library.ts";
import { checkSigned } from "./c2pa-store.ts";
import { imageSamples, mp3, wav } from "./files.ts";
import { fixture } from "./film-marking.ts";
import { examined, generated } from "./marking.ts";

needC2pa();

const authority = createAuthority();
afterAll(() => authority.close());

const own = authority.issue();
const said = {
  produceId: "0192f000-0000-7000-8000-000000000000-1-0",
  ownerId: "0192f000-0000-7000-8000-0000000000ff",
  digitalSourceType: generated,
  model: "wan2.7",
  madeAt: Date.UTC(2026, 10, 28, 5),
};
const images = await imageSamples();
const films = ["moov-at-end.mp4", "faststart.mp4", "fragmented.mp4", "rotated.mp4", "quicktime.mov", "sound-only.mp4"];
const samples = [
  ...images,
  { name: "tone.wav", bytes: wav() },
  { name: "sound.mp3", bytes: mp3() },
  ...films.map((name) => ({ name, bytes: fixture(name) })),
];
const png = images.find(({ name }) => name === "rgb.png")?.bytes ?? Buffer.alloc(0);

function signerOf(options: Partial<SignerOptions> = {}) {
  return createSigner({ ...own, algorithm: "es256", tsaUrl: null, ...options });
}

interface Options extends Partial<SignerOptions> {
  profile?: LabelProfile;
  isUnsigned?: boolean;
}

function labelsOf({ profile = "eu", isUnsigned = false, ...options }: Options) {
  const producer = { name: "DreamFactory", key: "the key of this system" };
  const signer = isUnsigned ? null : signerOf(options);
  return createLabels({ profile, producer, systemName: "DreamFactory", marksImports: false, signer });
}

async function labelled(bytes: Uint8Array, options: Options = {}) {
  const marking = labelsOf(options).mark(
    pieces(bytes, () => 60_000),
    said,
  );
  const file = await buffer(marking.body).catch((error) =>
    marking.isToStay() ? Buffer.alloc(0) : Promise.reject(error),
  );
  return { file, problem: marking.problem(), remark: marking.remark(), isToStay: marking.isToStay() };
}

async function looked(bytes: Uint8Array, options: Options = {}) {
  const { body, problem } = labelsOf(options).look(
    pieces(bytes, () => 60_000),
    said,
  );
  await buffer(body);
  return problem()?.reason ?? null;
}

function typeOf(bytes: Buffer): string {
  return carrierOf(bytes.subarray(0, 256))?.signedAs ?? "";
}

function flipped(bytes: Buffer, at: number): Buffer {
  const broken = Buffer.from(bytes);
  broken[at] = (broken[at] ?? 0) ^ 1;
  return broken;
}

/** Where something stands that is shown. */
function shownIn(name: string, file: Buffer): number {
  if (/\.(mp4|mov)$/.test(name)) return file.lastIndexOf("mdat") + 8;
  if (name.endsWith(".webp")) return file.lastIndexOf("VP8") + 24;
  return name.endsWith(".wav") ? file.indexOf("data") + 20 : file.length - 20;
}

function actionsOf(file: Buffer): unknown {
  const { assertions } = checkSigned(file);
  const lists = Object.entries(assertions).filter(([label]) => label.startsWith("c2pa.actions"));
  return lists.flatMap(([, list]) => (list as { actions: unknown[] }).actions);
}

const made = {
  action: "c2pa.created",
  when: "2026-11-28T05:00:00.000Z",
  softwareAgent: { name: "DreamFactory", version: "wan2.7" },
  digitalSourceType: generated,
};

describe.each(samples)("$name", ({ name, bytes }) => {
  test("comes out marked and signed: the signature, each assertion and the file are what was hashed", async () => {
    const { file, problem, remark } = await labelled(bytes);
    expect([problem, remark]).toEqual([null, null]);
    expect(await examined(file)).toMatchObject({ hasC2pa: true, aigc: [expect.any(String)] });
    expect(await readManifest(file, { contentType: typeOf(file), trustAnchors: authority.root })).toEqual({
      state: "trusted",
      signer: "Test signer",
      generator: "DreamFactory",
      sourceType: generated,
      signedAt: null,
      failures: [],
    });
    expect(await looked(file)).toBeNull();
    if (name.endsWith(".gif")) return;
    const { claim, signer, manifests } = checkSigned(file);
    expect([manifests.length, claim["dc:title"], signer.issuer]).toEqual([
      1,
      said.produceId,
      expect.stringContaining("between"),
    ]);
    expect(actionsOf(file)).toEqual([made]);
  });

  test("is found altered after one bit of what it shows, and after one of what it says, has changed", async () => {
    const { file } = await labelled(bytes);
    const store = file.indexOf("jumb");
    for (const at of [shownIn(name, file), file.indexOf("trainedAlgorithmicMedia", store)]) {
      const broken = flipped(file, at);
      expect((await readManifest(broken, { contentType: typeOf(file) }))?.state).toBe("invalid");
      if (!name.endsWith(".gif")) expect(() => checkSigned(broken)).toThrow(/hash/);
    }
  });
});

describe("A file that somebody else has signed", () => {
  const other = { ...authority.issue(), systemName: "Other" };
  const foreign = async (bytes: Buffer) => (await labelled(bytes, { ...other, profile: "metadata" })).file;

  test.each(["rgb.png", "baseline.jpg", "simple.webp", "faststart.mp4"])(
    "is marked and signed with the original as that from which it was made: %s",
    async (name) => {
      const original = await foreign(samples.find((each) => each.name === name)?.bytes ?? png);
      const { file, problem } = await labelled(original);
      expect(problem).toBeNull();
      expect(checkSigned(file).manifests).toEqual([...checkSigned(original).manifests, expect.any(String)]);
      expect(actionsOf(file)).toEqual([
        expect.objectContaining({ action: "c2pa.opened" }),
        { ...made, action: "c2pa.edited" },
      ]);
      expect((await readManifest(file, { contentType: typeOf(file) }))?.state).toBe("valid");
      expect(await looked(file)).toBeNull();
    },
  );

  test("and altered since is not taken for whole: its manifest goes along, and what is ours is valid", async () => {
    const original = flipped(await foreign(png), (await foreign(png)).length - 20);
    const { file } = await labelled(original, { profile: "metadata" });
    expect((await readManifest(file, { contentType: "image/png" }))?.state).not.toBe("invalid");
  });

  test.each(["metadata", "eu"] as const)(
    "stays byte for byte without a certificate of ours, with profile %s",
    async (profile) => {
      for (const bytes of [png, fixture("faststart.mp4")]) {
        const original = await foreign(bytes);
        const { file, problem } = await labelled(original, { profile, isUnsigned: true });
        expect([file.equals(original), problem]).toEqual([true, null]);
      }
    },
  );
});

describe("A time stamp", () => {
  test("is one of the signature, by the clock that was asked", async () => {
    const clock = await authority.clock();
    const { file, remark } = await labelled(png, { tsaUrl: clock.url });
    const { stamp } = checkSigned(file);
    authority.checkStamp(stamp?.token ?? Buffer.alloc(0), stamp?.of ?? Buffer.alloc(0));
    expect([remark, clock.asked()]).toEqual([null, 1]);
    expect((await readManifest(file, { contentType: "image/png" }))?.signedAt).toMatch(/^20\d\d-/);
    clock.close();
  });

  test.each(["silence", "error", "junk"] as const)(
    "that does not come (%s) costs no file: it is signed without, and that is said",
    async (answer) => {
      const clock = await authority.clock(answer);
      const { file, problem, remark } = await labelled(png, { tsaUrl: clock.url, tsaPatienceMs: 300 });
      expect([problem, remark?.reason]).toEqual([null, "A file was signed without a time stamp"]);
      expect(checkSigned(file).stamp).toBeNull();
      expect(clock.asked()).toBe(1);
      clock.close();
    },
  );
});

test.each([
  ["P-256", "es256"],
  ["P-384", "es384"],
  ["P-521", "es512"],
  ["ed25519", "ed25519"],
  ["RSA", "ps256"],
] as const satisfies [KeyKind, SignerOptions["algorithm"]][])("a key of the kind %s signs", async (key, algorithm) => {
  const { file } = await labelled(png, { ...authority.issue({ key }), algorithm });
  expect(actionsOf(file)).toEqual([made]);
});

describe("What cannot be signed", () => {
  const useless = authority.selfSigned();

  test.each(["eu", "all"] as const)("is not kept with profile %s", async (profile) => {
    const { file, problem } = await labelled(png, { ...useless, profile });
    expect([file.equals(png), problem?.reason]).toEqual([true, "A file could not be labelled: PNG"]);
  });

  test.each(["metadata", "cn"] as const)(
    "is marked all the same with profile %s, and that is said",
    async (profile) => {
      const { file, problem, remark } = await labelled(png, { ...useless, profile });
      expect([problem, remark?.reason]).toEqual([null, "A file could not be signed: PNG"]);
      expect(await examined(file)).toMatchObject({ hasC2pa: false, aigc: [expect.any(String)] });
    },
  );

  test("is a film that is too large: it is marked while it streams, whoever demands what", async () => {
    const room = Buffer.alloc(MAX_SIGNED_BYTES);
    room.writeUInt32BE(room.length);
    room.write("free", 4);
    const film = Buffer.concat([fixture("faststart.mp4"), room]);
    const { file, problem, remark } = await labelled(film);
    expect([problem, remark?.reason]).toEqual([null, `A file of more than ${MAX_SIGNED_BYTES} bytes is not signed`]);
    expect(await examined(file)).toMatchObject({ hasC2pa: false, aigc: [expect.any(String)] });
    expect(await looked(file)).toBeNull();
  });

  test("is a film that is too large and was signed by who made it: it stays as it came", async () => {
    const signed = (await labelled(fixture("faststart.mp4"), { profile: "metadata" })).file;
    const room = Buffer.alloc(MAX_SIGNED_BYTES);
    room.writeUInt32BE(room.length);
    room.write("free", 4);
    const film = Buffer.concat([signed, room]);
    const { file, problem } = await labelled(film);
    expect([file.equals(film), problem]).toEqual([true, null]);
    expect(await looked(file)).toBeNull();
  });

  test("is a file of a format that has no place for it", async () => {
    const { file, problem, remark } = await labelled(fixture("known-sizes.webm"));
    expect([problem, remark?.reason]).toEqual([null, "WebM cannot be signed"]);
    expect((await examined(file)).aigc).toHaveLength(1);
    expect(await looked(file)).toBeNull();
  });
});

test("a stored file that is marked and not signed is not taken for one that is, where that is demanded", async () => {
  const { file } = await labelled(png, { isUnsigned: true });
  expect(await looked(file)).toBe("The stored file does not carry its label");
  expect(await looked(file, { profile: "metadata" })).toBeNull();
});

test("a film that turns out to be signed behind its movie header is broken off, to be kept as it is", async () => {
  const film = fixture("faststart.mp4");
  const signed = (await labelled(film, { profile: "metadata" })).file;
  const first = signed.readUInt32BE(0);
  const box = signed.subarray(first, first + signed.readUInt32BE(first));
  const behind = Buffer.concat([film, box]);
  expect(await labelled(behind, { isUnsigned: true })).toMatchObject({ isToStay: true, problem: null });
  const { file } = await labelled(behind, { isUnsigned: true, profile: "cn" });
  expect(await examined(file)).toMatchObject({ hasC2pa: false, aigc: [expect.any(String)] });
});

describe("Reading", () => {
  test("asks nobody, whatever stands in the file: it says that the manifest is elsewhere", async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/manifest.c2pa`;
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="${url}"/></rdf:RDF></x:xmpmeta>`;
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } });
    const bytes = await picture.jpeg().withXmp(xmp).toBuffer();
    const nothing = { signer: null, generator: null, sourceType: null, signedAt: null, failures: [] };
    expect(await readManifest(bytes, { contentType: "image/jpeg" })).toEqual({ ...nothing, state: "remote_only" });
    expect(asked).toBe(0);
    server.close();
  });

  test("finds nothing in a file without a manifest, and something that nobody can read in one that is damaged", async () => {
    const { file } = await labelled(png);
    const header = file.indexOf("jumd") + 2;
    expect(await readManifest(png, { contentType: "image/png" })).toBeNull();
    for (const [bytes, contentType] of [
      [flipped(file, header), "image/png"],
      [file.subarray(0, 5000), "image/png"],
      [Buffer.alloc(0), "image/png"],
      [Buffer.from("RIFF and no more"), "image/webp"],
      [fixture("known-sizes.webm"), "video/webm"],
    ] as const) {
      expect(await readManifest(bytes, { contentType })).toMatchObject({
        state: "unreadable",
        failures: [expect.any(String)],
      });
    }
  });
});

test("two files are signed at once, each as its own", async () => {
  const other = images.find(({ name }) => name === "baseline.jpg")?.bytes ?? png;
  const labels = labelsOf({});
  const files = await Promise.all(
    [png, other].map((bytes) =>
      buffer(
        labels.mark(
          pieces(bytes, () => 999),
          said,
        ).body,
      ),
    ),
  );
  expect(files.map((file) => checkSigned(file).manifests.length)).toEqual([1, 1]);
  expect(new Set(files.map((file) => createHash("sha256").update(file).digest("hex"))).size).toBe(2);
});
