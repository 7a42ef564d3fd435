import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { objectStoreContract } from "../contracts/object-store.ts";
import { startMediaServer } from "../runtime/serving-media.ts";

objectStoreContract("folder", async () => {
  const directory = await mkdtemp(join(tmpdir(), "folder-store-"));
  const server = await startMediaServer((): ObjectStore => store);
  const store = await openFolderStore({ directory, baseUrl: server.baseUrl });
  return {
    store,
    fetch: (url) => fetch(url),
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
