// npm start: the whole product on this machine, in the foreground, until a signal ends it.
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// What Node makes of the sources is kept beside what they need, and asked for again at the next start, which then takes half as long. Where that
// folder cannot be written, or Node is another one, a start takes as long as the first. So it is turned on before anything of ours is loaded.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/dream-factory", import.meta.url)));

const { serve } = await import("./start/serve.ts");
await serve();
// Not only at the end: a process that is killed leaves it too.
flushCompileCache();
