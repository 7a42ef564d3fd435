// `archive`: a zip of files that lie in the store, made while it streams.
import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspectMedia } from "../../shared/media/inspect.ts";
import type { ArchiveEntry } from "../../shared/ports/archive.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { CallContext, ProviderRequest } from "../../shared/ports/provider.ts";
import { createArchiveProvider } from "../../shared/providers/archive/provider.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";

const owner = "users/01890000-0000-7000-8000-000000000001";
let directory: string;
let store: ObjectStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dream-factory-archive-"));
  store = await openFolderStore({ directory, baseUrl: "http://127.0.0.1", uploadSecret: "x".repeat(32) });
  await store.put(`${owner}/jobs/a/one.png`, Buffer.alloc(200_000, 7));
  await store.put(`${owner}/jobs/b/two.mp4`, Buffer.alloc(3, 9));
});

afterAll(() => rm(directory, { recursive: true }));

const source = { kind: "stream", data: { format: "zip" } } as const;

async function opened(list: unknown, { signal = new AbortController().signal, from = store } = {}) {
  const text = JSON.stringify(list);
  const key = `${owner}/plans/p/list.json`;
  const request: ProviderRequest = {
    ...{ type: "archive", operation: "generate", model: "zip", prompt: "", n: 1, archive: { format: "zip" } },
    inputs: [
      {
        ...{ key, type: "text", size: text.length, sha256: "", contentType: "application/json" },
        ...{ width: null, height: null, durationMs: null },
      },
    ],
  };
  const percents: number[] = [];
  const context: CallContext = {
    ...{ reference: "r-1", signal, progress: (percent) => percents.push(percent) },
    inputs: {
      open: async () => [new TextEncoder().encode(text)].values() as unknown as AsyncIterable<Uint8Array>,
      url: async () => "",
    },
  };
  const provider = createArchiveProvider({ store: from });
  expect(provider.validate(request)).toEqual([]);
  return { body: await provider.open(source, request, context), percents };
}

const at = Date.UTC(2026, 0, 2, 3, 4, 6);
const entries: ArchiveEntry[] = [
  { name: "README.txt", text: "烟花 & co" },
  { name: "stills/one.png", key: `${owner}/jobs/a/one.png`, size: 200_000 },
  { name: "clips/two.mp4", key: `${owner}/jobs/b/two.mp4`, size: 3 },
];

test("it holds the texts and files of the list under their names, and the same list gives the same bytes", async () => {
  const { body, percents } = await opened({ at, entries });
  const bytes = await buffer(body);
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(entries.map(({ name }) => name));
  expect(new TextDecoder().decode(files["README.txt"])).toBe("烟花 & co");
  expect(Buffer.from(files["stills/one.png"] ?? [])).toEqual(Buffer.alloc(200_000, 7));
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(percents.at(-1)).toBeGreaterThan(99);
  expect((await buffer((await opened({ at, entries })).body)).equals(bytes)).toBe(true);
});

test("it is an archive when it is whole, and cut short wherever it ends before", async () => {
  const bytes = await buffer((await opened({ at, entries })).body);
  const inspected = async (some: Uint8Array) => {
    const { body, result } = inspectMedia(inPieces(some), { expect: "archive", maxBytes: 1e9 });
    for await (const _ of body);
    return result();
  };
  expect(await inspected(bytes)).toMatchObject({ kind: "archive", extension: "zip", contentType: "application/zip" });
  for (const end of [30, 1000, bytes.length - 23, bytes.length - 1])
    await expect(inspected(bytes.subarray(0, end))).rejects.toMatchObject({ type: "invalid_output" });
  await expect(inspected(Buffer.concat([bytes.subarray(0, 50), bytes.subarray(-22)]))).rejects.toMatchObject({
    message: expect.stringContaining("directory is cut short"),
  });
});

async function* inPieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 7001) yield bytes.subarray(at, at + 7001);
}

test("a file that is gone, or has become another one, fails it and says which", async () => {
  const gone = { name: "clips/three.mp4", key: `${owner}/jobs/c/three.mp4`, size: 3 };
  const other = { name: "clips/two.mp4", key: `${owner}/jobs/b/two.mp4`, size: 4 };
  for (const entry of [gone, other]) {
    const { body } = await opened({ at, entries: [entry] });
    await expect(buffer(body)).rejects.toMatchObject({
      ...{ type: "fetch_failed", retryable: false, message: expect.stringContaining(entry.name) },
    });
  }
});

test("it names nothing of somebody else's, and nothing that would climb out of its folder", async () => {
  const [, file] = entries;
  const wrong = [
    { ...file, key: "users/01890000-0000-7000-8000-000000000002/jobs/a/one.png" },
    { ...file, key: `${owner}x/jobs/a/one.png` },
    ...["../x", "/x", "a/../../x", "a//b", "", ".ssh", "C:\\x"].map((name) => ({ ...file, name })),
    { name: "x.txt", text: "x", key: `${owner}/jobs/a/one.png` },
  ];
  for (const entry of wrong)
    await expect(opened({ at, entries: [entry] })).rejects.toMatchObject({ type: "invalid_output" });
  for (const list of [null, {}, { at, entries: [] }, { at, entries: [file, file] }])
    await expect(opened(list)).rejects.toMatchObject({ type: "invalid_output" });
});

test("whoever gives up lets go of the file that is open", async () => {
  const open = new Set<string>();
  const from = {
    ...store,
    async get(key: string) {
      const object = await store.get(key);
      if (!object) return null;
      open.add(key);
      const destroy = () => {
        open.delete(key);
        object.body.destroy();
      };
      return { ...object, body: Object.assign(inChunks(object.body), { destroy }) };
    },
  };
  const giveUp = new AbortController();
  const { body } = await opened({ at, entries }, { signal: giveUp.signal, from });
  await expect(
    (async () => {
      for await (const _ of body) if (open.size > 0) giveUp.abort(new Error("gone"));
    })(),
  ).rejects.toThrow("gone");
  expect([...open]).toEqual([]);
});

async function* inChunks(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) for (let i = 0; i < chunk.length; i += 1000) yield chunk.subarray(i, i + 1000);
}
