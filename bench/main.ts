// npm run bench: measures the product beside what the same machine can do at most, and says which aims are met.
// Exit code 0: measured, or out of time; 1: a part failed; with --strict also 1 when an aim is missed, or a part ran out of time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { declarations } from "../functions/declarations.ts";
import { type Checkout, checkOut } from "./against/checkout.ts";
import { describeMachine } from "./machine.ts";
import { measureAll } from "./measuring.ts";
import { parts } from "./parts.ts";
import { killAll } from "./processes.ts";
import { tableOf } from "./results.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: "string" },
    strict: { type: "boolean" },
    folder: { type: "string" },
    profile: { type: "string" },
    rounds: { type: "string" },
    functions: { type: "string" },
    scale: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? 3);
if (!Number.isInteger(rounds) || rounds < 1)
  give("--rounds is how often each deployed function is started: 1, 2, 3, …");
const scale = Number(values.scale ?? 10);
if (!(scale >= 1 && scale <= 20)) give("--scale is how many times faster the vendor is than a real one: 1 to 20.");

const functions = values.functions?.split(",") ?? [];
const missing = functions.filter((name) => !declarations.some((each) => each.name === name));
if (missing.length > 0)
  give(`--functions: there is no ${missing.join(", ")}. There is: ${declarations.map(({ name }) => name).join(", ")}.`);

const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) give(`There is no part ${unknown.join(", ")}. There is: ${Object.keys(parts).join(", ")}.`);

const folder = mkdtempSync(join(values.folder ?? tmpdir(), "dream-factory-bench-"));
let theirs: Checkout | null = null;
process.once("exit", () => {
  killAll();
  try {
    theirs?.remove();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

try {
  theirs = values.against === undefined ? null : checkOut(values.against, join(folder, "theirs"));
  await theirs?.ready;
} catch (error) {
  give(error instanceof Error ? error.message : String(error));
}

console.log(describeMachine(folder));
const nodeArguments = values.profile ? ["--cpu-prof", `--cpu-prof-dir=${resolve(values.profile)}`] : [];
const names = positionals.length > 0 ? positionals : Object.keys(parts);
const { results, hasFailed } = await measureAll(
  names,
  { root, folder, nodeArguments, rounds, functions, scale },
  theirs,
);
console.log(`\n${tableOf(results, theirs?.name)}`);
const isMissed = results.some(({ isMet }) => isMet === false);
process.exit(hasFailed || (values.strict && isMissed) ? 1 : 0);

function give(message: string): never {
  console.error(`The bench failed. ${message}`);
  process.exit(1);
}
