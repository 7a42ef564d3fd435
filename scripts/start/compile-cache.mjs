// Loaded before `npm start` itself, and plain JavaScript: what Node makes of the sources is kept, and the next start takes half as long. Where the
// folder cannot be written, or belongs to another Node, a start takes as long as the first one.
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/dream-factory", import.meta.url)));
