// A zip of more than four gigabytes: as zip64, and in little memory.
import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { inspectMedia } from "../../shared/media/inspect.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { createArchiveProvider } from "../../shared/providers/archive/provider.ts";

const GiB = 1024 ** 3;
const owner = "users/01890000-0000-7000-8000-000000000001";

test("five gigabytes pass in less than 100 MiB, and the directory says where they are", {
  timeout: 300_000,
}, async () => {
  const chunk = Buffer.alloc(1024 ** 2, 5);
  const store: Pick<ObjectStore, "get"> = {
    async get(key) {
      const size = 2.5 * GiB;
      async function* bytes() {
        for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
      }
      const info = { key, size, etag: "e", modifiedAt: 0 };
      return { info, range: { start: 0, end: size - 1 }, body: Object.assign(bytes(), { destroy: () => undefined }) };
    },
  };
  const list = ["a", "b"].map((name) => ({ name: `${name}.bin`, key: `${owner}/jobs/${name}`, size: 2.5 * GiB }));
  const text = JSON.stringify({ at: 0, entries: [...list, { name: "last.txt", text: "last" }] });
  const input = {
    key: `${owner}/plans/p/l.json`,
    type: "text" as const,
    size: text.length,
    sha256: "",
    contentType: "",
  };
  const body = await createArchiveProvider({ store }).open(
    { kind: "stream", data: {} },
    {
      ...{ type: "archive", operation: "generate", model: "zip", prompt: "", n: 1, archive: { format: "zip" } },
      inputs: [{ ...input, width: null, height: null, durationMs: null }],
    },
    {
      ...{ reference: "r-1", signal: new AbortController().signal },
      inputs: { open: async () => once(Buffer.from(text)), url: async () => "" },
    },
  );
  const before = process.memoryUsage().rss;
  let most = 0;
  let tail = Buffer.alloc(0);
  const inspected = inspectMedia(body, { expect: "archive", maxBytes: 8 * GiB, withoutSha256: true });
  for await (const piece of inspected.body) {
    most = Math.max(most, process.memoryUsage().rss - before);
    tail = Buffer.concat([tail, Buffer.from(piece).subarray(-1000)]).subarray(-1000);
  }
  expect(inspected.result().size).toBeGreaterThan(5 * GiB);
  expect(most).toBeLessThan(100 * 1024 ** 2);
  // APPNOTE 4.3.14 and 4.3.15: the record and the locator of zip64.
  const record = tail.lastIndexOf(Buffer.from("PK\x06\x06", "latin1"));
  expect(record).toBeGreaterThan(0);
  expect(tail.readBigUInt64LE(record + 32)).toBe(3n);
  expect(Number(tail.readBigUInt64LE(record + 48))).toBeGreaterThan(5 * GiB);
  expect(tail.lastIndexOf(Buffer.from("PK\x06\x07", "latin1"))).toBeGreaterThan(record);
});

async function* once(bytes: Uint8Array) {
  yield bytes;
}
