import { objectStoreContract } from "../contracts/object-store.ts";
import { startOssStore } from "../servers/oss/starting.ts";

objectStoreContract("oss", async () => {
  const { server, store } = await startOssStore();
  return {
    store,
    fetch: (url) => fetch(url),
    settled: server.settledForms,
    breakDown: () => server.close(),
    end: () => server.close(),
  };
});
