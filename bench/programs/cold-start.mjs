// A function's process until it is ready: its module is loaded, configured, has made its front and, if it serves a port, listens. Prints
// how many milliseconds after the process began that was, and how many of processor time went into it. Plain JavaScript: to strip types takes
// longer than a small function's start.
import { subscribe } from "node:diagnostics_channel";
import { pathToFileURL } from "node:url";

const [folder, isServer] = process.argv.slice(2);
// What Lambda's runtime has loaded before any handler (aws-lambda-ric 3.3.0), and has ready for handlers that stream.
if (isServer !== "server")
  for (const name of ["util", "net", "http", "fs", "assert", "path", "module"]) process.getBuiltinModule(name);
globalThis.awslambda = { streamifyResponse: (handler) => handler };

const listening = new Promise((resolve) => subscribe("tracing:net.server.listen:asyncEnd", resolve));
await import(pathToFileURL(`${folder}/index.mjs`));
if (isServer === "server") await listening;
const { user, system } = process.cpuUsage();
const measured = { ms: performance.now(), cpuMs: (user + system) / 1000 };
process.stdout.write(JSON.stringify(measured), () => process.exit());
