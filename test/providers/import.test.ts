// `import`: says where a file that exists already is to be had.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempInputKey } from "../../shared/media/keys.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { MediaKind, ProviderRequest } from "../../shared/ports/provider.ts";
import { maxUrlLength } from "../../shared/ports/url.ts";
import { createImportProvider } from "../../shared/providers/import.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { providerContract } from "../contracts/provider.ts";

const key = tempInputKey("01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002", 0);
const clipKey = tempInputKey("01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000003", 0);
const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } })
  .png()
  .toBuffer();
/** The box that every MP4 begins with. */
const clip = Buffer.from("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42", "latin1");

providerContract("import", async () => {
  const { store, close: closeStore } = await openStore();
  const { origin, close: closeServer } = await serveFiles();
  await store.put(key, picture);
  await store.put(clipKey, clip);
  return {
    provider: createImportProvider({ store }),
    requests: [
      {
        smallest: importOf("image", { key }),
        largest: importOf("image", { url: longest(`${origin}/picture?`) }),
      },
      {
        smallest: importOf("video", { url: `${origin}/clip` }),
        largest: importOf("video", { key: clipKey }),
      },
    ],
    refused: [
      { path: "imageUrl", request: importOf("image") },
      { path: "videoUrl", request: importOf("video") },
      ...["", "picture.png", "//example.com/a", "file:///etc/passwd", "data:image/png;base64,QQ==", "https://"].map(
        (url) => ({ path: "imageUrl", request: importOf("image", { url }) }),
      ),
      { path: "videoUrl", request: importOf("video", { url: `${longest("https://example.com/")}x` }) },
    ],
    close: async () => {
      await closeServer();
      await closeStore();
    },
  };
});

describe("import", () => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ store, close } = await openStore());
  });
  afterAll(() => close());

  it("hands a URL over exactly as it was sent", async () => {
    const url = "HTTPS://example.invalid:444/a%20b?q=北#x";
    const outcome = await createImportProvider({ store }).start(importOf("video", { url }), context());
    expect(outcome).toEqual({ state: "succeeded", sources: [{ kind: "url", url }] });
  });

  it("streams the very bytes that lie in the store", async () => {
    const bytes = Buffer.alloc(3_000_000, "dream");
    await store.put(key, bytes);
    const provider = createImportProvider({ store });
    const request = importOf("image", { key });
    const chunks = await provider.open({ kind: "stream", data: { key } }, request, context());
    expect((await buffer(chunks)).equals(bytes)).toBe(true);
  });

  it("says `fetch_failed` when the bytes that came with the request are gone", async () => {
    const provider = createImportProvider({ store });
    const request = importOf("image", { key: clipKey });
    const opened = provider.open({ kind: "stream", data: { key: clipKey } }, request, context());
    await expect(opened).rejects.toMatchObject({ type: "fetch_failed" });
  });

  it("fails, not to be tried again, when it is started without a source", async () => {
    const outcome = await createImportProvider({ store }).start(importOf("image"), context());
    expect(outcome).toMatchObject({ state: "failed", failure: { retryable: false } });
  });
});

function importOf(type: MediaKind, source?: ProviderRequest["source"]): ProviderRequest {
  return { type, operation: "generate", model: "import", prompt: "", n: 1, ...(source && { source }) };
}

/** A URL of as many characters as it may have. */
function longest(start: string): string {
  return start.padEnd(maxUrlLength, "x");
}

function context() {
  return { reference: "01900000-0000-7000-8000-000000000002-1", signal: new AbortController().signal };
}

async function openStore() {
  const directory = await mkdtemp(join(tmpdir(), "import-"));
  const store = await openFolderStore({ directory, baseUrl: "http://127.0.0.1:1/media/" });
  return { store, close: () => rm(directory, { recursive: true }) };
}

async function serveFiles() {
  const server = createServer((request, response) => response.end(request.url === "/clip" ? clip : picture));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
