// A picture of 45 MB as 60 MB of base64: it goes from the vendor's socket into a file, and hardly any of it is in memory meanwhile.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { create } from "../../shared/providers/openai/provider.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";

const MiB = 1024 * 1024;
const ANSWER_BYTES = 60 * MiB;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it("60 MB of base64 leave less than a tenth of it in memory on their way into the store", async () => {
  const part = Buffer.from("QUJD".repeat(16 * 1024));
  const http = createServer(async (request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).write('{"created":1,"data":[{"b64_json":"');
    for (let sent = 0; sent < ANSWER_BYTES; sent += part.length) {
      if (!response.write(part)) await once(response, "drain");
    }
    response.end('"}]}');
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const directory = await mkdtemp(join(tmpdir(), "openai-memory-"));
  const store = await openFolderStore({ directory, baseUrl: "http://127.0.0.1/media/" });
  const absent = { secretKey: undefined, callbackToken: undefined, workspace: undefined };
  const provider = create({ apiKey: "sk-any", baseUrl: `http://127.0.0.1:${port}/v1`, ...absent });
  // What one connection takes is not looked at, only what more of a file adds to it.
  let [first, most, looked, size] = [0, 0, 0, 0];

  async function* watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size - looked > 2 * MiB) {
        looked = size;
        const used = usedBytes();
        first ||= used;
        most = Math.max(most, used);
      }
      yield chunk;
    }
  }
  const outcome = await provider.start(
    { type: "image", operation: "generate", model: "gpt-image-2", prompt: "A quince", n: 1 },
    {
      ...{ reference: "any-1", signal: new AbortController().signal },
      keep: async (_, bytes) => void (await store.put("temp/outputs/any", watched(bytes))),
    },
  );
  expect(outcome).toEqual({ state: "succeeded", sources: [{ kind: "kept" }] });
  expect((await store.head("temp/outputs/any"))?.size).toBe((ANSWER_BYTES * 3) / 4);
  expect(most - first).toBeLessThan(ANSWER_BYTES / 10);
  http.closeAllConnections();
  http.close();
  await rm(directory, { recursive: true });
});
