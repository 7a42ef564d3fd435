import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { objectStoreContract } from "../contracts/object-store.ts";
import { startStoreServer, uploadSecret } from "../runtime/serving-uploads.ts";

objectStoreContract("folder", async () => {
  const directory = await mkdtemp(join(tmpdir(), "folder-store-"));
  const server = await startStoreServer((): ObjectStore => store);
  const store = await openFolderStore({ directory, baseUrl: server.baseUrl, uploadSecret });
  return {
    store,
    fetch: (url) => fetch(url),
    settled: server.settled,
    async breakDown() {
      await rm(directory, { recursive: true });
      await writeFile(directory, "no folder any more");
    },
    async end() {
      await server.end();
      await rm(directory, { recursive: true });
    },
  };
});
