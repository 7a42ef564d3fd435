// npm run doctor -- https://api.example.com: looks at a deployment from outside: health, version, clock, every function, CORS. With --inside also at
// the table and the store that the configuration names: timers, queues, jobs without progress.
// Exit code 0: all is fine, whatever is odd; 1: something is wrong; 2: the command was not understood.
import { readFile } from "node:fs/promises";
import { declarations } from "../functions/declarations.ts";
import { readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { Finding } from "./doctor/finding.ts";
import { lookFromOutside } from "./doctor/http.ts";
import { lookInside } from "./doctor/inside.ts";
import { type Endpoints, endpointsOf } from "./endpoints/document.ts";
import { Found, parsed, runCommand, say, UsageError } from "./subcommands.ts";

const marks = { fine: "fine ", odd: "odd  ", wrong: "WRONG" } as const;

await runCommand("npm run doctor --", {
  usage: "[<base URL>] [--endpoints endpoints.json] [--origin https://app.example.com …] [--inside] [--json]",
  about:
    "Looks at a deployment: health, version, clock, every function, CORS; with --inside timers, queues, table and store.",
  async run(args) {
    const origin = { type: "string", multiple: true } as const;
    const { positionals, values, isJson } = parsed(
      args,
      { endpoints: { type: "string" }, origin, inside: { type: "boolean", default: false } },
      1,
    );
    const [base] = positionals;
    const endpoints = values.endpoints === undefined ? endpointsAt(base) : await endpointsIn(values.endpoints, base);
    if (!endpoints && !values.inside)
      throw new UsageError("Where is it? A base URL, --endpoints, or --inside is needed.");
    const origins = values.origin ?? [];
    const outside = endpoints ? await lookFromOutside({ endpoints, origins: origins.map(originOf) }) : [];
    const inside = values.inside ? await lookInside(configOf()) : [];
    const findings = [...outside, ...inside];
    say(isJson, findings.map(lineOf), { isFine: !findings.some(isWrong), findings });
    if (findings.some(isWrong)) throw new Found();
  },
});

/** No token is made here. */
function configOf() {
  return readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
}

function endpointsAt(base: string | undefined): Endpoints | null {
  if (base === undefined) return null;
  try {
    return endpointsOf(declarations, { base, own: {}, isPlainHttpAllowed: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function endpointsIn(path: string, base: string | undefined): Promise<Endpoints> {
  if (base !== undefined) throw new UsageError("A base URL or --endpoints, not both.");
  const written = await readFile(path, "utf8").catch(() => {
    throw new Error(`There is no ${path}: npm run endpoints makes it.`);
  });
  try {
    const endpoints = JSON.parse(written) as Endpoints;
    if (typeof endpoints.functions.health?.url === "string") return endpoints;
  } catch {
    // Said below.
  }
  throw new Error(`${path} is not what npm run endpoints makes.`);
}

function originOf(text: string): string {
  if (URL.parse(text)?.origin === text && /^https?:/.test(text)) return text;
  throw new UsageError("--origin must be an origin as browsers send it, such as https://app.example.com.");
}

function isWrong({ state }: Finding): boolean {
  return state === "wrong";
}

function lineOf({ about, state, said }: Finding): string {
  return `${marks[state]} ${about}: ${said}`;
}
