// `library`: pieces of the operator's own, out of a folder, S3 or OSS, by mood and seed.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { ProviderRequest, StartOutcome } from "../../shared/ports/provider.ts";
import { type Mood, moods } from "../../shared/ports/wishes.ts";
import { libraryOffer } from "../../shared/providers/library/offer.ts";
import { createLibraryProvider } from "../../shared/providers/library/provider.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { providerContract } from "../contracts/provider.ts";
import { startOssStore } from "../servers/oss/starting.ts";
import { silentMp3 } from "../servers/vendor/sample-files.ts";
import { openS3 } from "../stores/s3-fixture.ts";

const calm = musicOf("calm");

providerContract("library", async () => {
  const { store, close } = await openFolder();
  for (const mood of moods) await store.put(`library/music/${mood}/one.mp3`, silentMp3(4));
  const longName = `library/music/sad/${"deep/".repeat(48)}${"x".repeat(240)}.mp3`;
  await store.put(longName, silentMp3(6));
  const broken: Partial<ObjectStore> = {
    list: () => Promise.reject(new AppError("unavailable")),
  };
  return {
    provider: createLibraryProvider({ store }),
    requests: [
      {
        smallest: { ...calm, prompt: "x" },
        largest: {
          ...musicOf("sad"),
          ...{ prompt: "漢".repeat(4000), n: 4, seed: 2_147_483_647, durationSec: 300, negativePrompt: "drums" },
        },
      },
    ],
    refused: [
      { path: "model", request: { ...calm, sound: { kind: "speech", voice: "woman" } } },
      { path: "model", request: { ...calm, type: "video" } },
      { path: "seed", request: { ...calm, seed: -1 } },
      { path: "seed", request: { ...calm, seed: 2 ** 31 } },
      { path: "size", request: { ...calm, size: "64x64" } },
      { path: "ratio", request: { ...calm, ratio: "16:9" } },
      { path: "resolution", request: { ...calm, resolution: "720p" } },
    ],
    goneVendor: () => createLibraryProvider({ store: { ...store, ...broken } }),
    close,
  };
});

interface Shelf {
  store: ObjectStore;
  /** Lays something there that is not ours, by whatever name. */
  lay(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Both servers answer a page of two objects, or fewer, at a time. */
const shelves: [string, () => Promise<Shelf>][] = [
  ["a folder", openFolder],
  [
    "S3",
    async () => {
      const { store, server, end } = await openS3("aws", {}, { pageSize: 2 });
      const { objects } = server.bucket();
      return { store, lay: (key) => renamed(store, objects, key), close: end };
    },
  ],
  [
    "OSS",
    async () => {
      const { store, server } = await startOssStore();
      return { store, lay: (key) => renamed(store, server.content.objects, key), close: () => server.close() };
    },
  ],
];

describe.each(shelves)("out of %s", (_, open) => {
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await open();
    const names = ["b.mp3", "a.mp3", "E.MP3", "c/d.wav", "0-1_2.3.wav"];
    for (const name of names) await shelf.store.put(`library/music/calm/${name}`, Buffer.from(name));
    const none = ["._a.mp3", "c/.hidden.mp3", "notes.txt", "cover.png", "a.m4a", "mp3", ".mp3"];
    for (const name of none) await shelf.store.put(`library/music/calm/${name}`, Buffer.from(name));
    await shelf.store.put("library/music/calm/empty.mp3", Buffer.alloc(0));
    await shelf.store.put("library/music/calmer/x.mp3", Buffer.from("x"));
    await shelf.store.put("library/music/x.mp3", Buffer.from("x"));
    await shelf.store.put("library/music/joy/x.mp3", Buffer.from("x"));
    for (const name of ["My Song.mp3", "北.mp3", "z z.mp3"]) await shelf.lay(`library/music/calm/${name}`);
  });
  afterAll(() => shelf.close());

  const started = (request: ProviderRequest, attempt = "1") =>
    createLibraryProvider(shelf).start(request, context(attempt));

  it("takes each of the mood's pieces by its seed, in the order of their names, and nothing else", async () => {
    const taken = await Promise.all([0, 1, 2, 3, 4, 5].map(async (seed) => namesIn(await started({ ...calm, seed }))));
    expect(taken.flat()).toEqual(["0-1_2.3.wav", "E.MP3", "a.mp3", "b.mp3", "c/d.wav", "0-1_2.3.wav"]);
    expect(namesIn(await started({ ...calm, seed: 2 ** 31 - 1, n: 4 }))).toEqual([
      ...["a.mp3", "b.mp3", "c/d.wav", "0-1_2.3.wav"],
    ]);
  });

  it("takes the same again for the same attempt when no seed is said, and has a choice for others", async () => {
    const [first] = namesIn(await started(calm));
    expect(namesIn(await started(calm))).toEqual([first]);
    const attempts = Array.from({ length: 40 }, (_, i) => started(calm, String(i)));
    expect(new Set((await Promise.all(attempts)).flatMap(namesIn)).size).toBe(5);
  });

  it("hands over the very bytes that lie there", async () => {
    const provider = createLibraryProvider(shelf);
    const request = { ...calm, seed: 4 };
    const outcome = await provider.start(request, context());
    const [source] = outcome.state === "succeeded" ? outcome.sources : [];
    if (source?.kind !== "stream") throw new Error("no source");
    expect((await buffer(await provider.open(source, request, context()))).toString()).toBe("c/d.wav");
  });

  it("fails for good where a mood has nothing, and names the folder", async () => {
    const message = expect.stringContaining("library/music/tense/");
    expect(await started(musicOf("tense"))).toEqual({
      state: "failed",
      failure: { type: "provider_error", message, retryable: false },
    });
  });

  it("says how many pieces each mood has, and where those belong that are missing", async () => {
    const { status, message } = await createLibraryProvider(shelf).health(new AbortController().signal);
    expect(status).toBe("up");
    expect(message).toContain("calm 5, tense 0, joy 1, sad 0.");
    expect(message).toContain("below library/music/tense/, library/music/sad/");
  });
});

describe("library", () => {
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await openFolder();
  });
  afterAll(() => shelf.close());

  it("is down when there is no music at all", async () => {
    expect(await createLibraryProvider(shelf).health(new AbortController().signal)).toMatchObject({ status: "down" });
  });

  it("asks again when the store is away", async () => {
    const list = () => Promise.reject(new AppError("unavailable"));
    const provider = createLibraryProvider({ store: { ...shelf.store, list } });
    await expect(provider.start(calm, context())).rejects.toMatchObject({ type: "unavailable" });
  });

  it("a piece that is taken away meanwhile is another attempt's matter", async () => {
    const opened = open("library/music/calm/gone.mp3");
    await expect(opened).rejects.toMatchObject({ type: "fetch_failed", retryable: true });
  });

  it.each(["users/x/jobs/y/audio-1-0.mp3", "library/music/calm/../../secret.mp3", "library/music/joy/x.mp3", 7])(
    "opens nothing but pieces of the mood: %s",
    async (key) => {
      await expect(open(key)).rejects.toMatchObject({ type: "invalid_output" });
    },
  );

  function open(key: string | number) {
    return createLibraryProvider(shelf).open({ kind: "stream", data: { key } }, calm, context());
  }
});

test("the offer alone takes the same requests, and does not know what lies in the store", async () => {
  expect(libraryOffer.validate(calm)).toEqual([]);
  expect(await libraryOffer.health(new AbortController().signal)).toMatchObject({
    ...{ status: "up", message: expect.stringContaining("library/music/") },
  });
});

function musicOf(mood: Mood): ProviderRequest {
  return { type: "audio", operation: "generate", model: "library", prompt: "", n: 1, sound: { kind: "music", mood } };
}

function namesIn(outcome: StartOutcome): string[] {
  if (outcome.state !== "succeeded") throw new Error(`it has ${outcome.state}`);
  return outcome.sources.map((source) => {
    const key = source.kind === "stream" ? String(source.data.key) : "";
    expect(key).toMatch(/^library\/music\/calm\//);
    return key.replace("library/music/calm/", "");
  });
}

function context(attempt = "1") {
  return { reference: `01900000-0000-7000-8000-000000000002-${attempt}`, signal: new AbortController().signal };
}

async function openFolder(): Promise<Shelf> {
  const directory = await mkdtemp(join(tmpdir(), "library-"));
  const store = await openFolderStore({ directory, baseUrl: "http://127.0.0.1:1/media/" });
  const lay = async (key: string) => {
    await mkdir(dirname(join(directory, key)), { recursive: true });
    await writeFile(join(directory, key), "x");
  };
  return { store, lay, close: () => rm(directory, { recursive: true }) };
}

/** What no store of ours would put: somebody's own upload. */
async function renamed<T extends { key: string }>(store: ObjectStore, objects: Map<string, T>, key: string) {
  await store.put("library/music/new.mp3", Buffer.from("x"));
  const object = objects.get("library/music/new.mp3");
  objects.delete("library/music/new.mp3");
  if (object) objects.set(key, { ...object, key });
}
