// npm run endpoints -- aws | aliyun | local: writes endpoints.json, in which a frontend finds the URL of each HTTP function of a deployment.
// Each cloud's SDK is loaded for its own command only.
// Exit code 0: written; 1: it could not be, and a file that was there is as it was; 2: the command was not understood.
import { declarations } from "../functions/declarations.ts";
import { readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { type Endpoints, endpointsOf, type Places } from "./endpoints/document.ts";
import { writeAtomically } from "./endpoints/write.ts";
import { parsed, runSubcommand, say, UsageError } from "./subcommands.ts";

const text = { type: "string" } as const;
const output = { type: "string", default: "endpoints.json" } as const;

await runSubcommand("npm run endpoints --", {
  aws: {
    usage: "[--stack dream-factory-dev] [--region <region>] [--base-url https://…] [--output endpoints.json] [--json]",
    about: "Asks CloudFormation for the stack's URLs.",
    async run(args) {
      const stack = { type: "string", default: "dream-factory-dev" } as const;
      const { values, isJson } = parsed(args, { stack, output, region: text, "base-url": text });
      const { region = null, "base-url": baseUrl = null } = values;
      const { awsPlaces } = await import("./endpoints/aws.ts");
      await write(values.output, isJson, await awsPlaces({ stack: values.stack, region, baseUrl }));
    },
  },
  aliyun: {
    usage: "[--region cn-hangzhou] [--prefix dream-factory-] [--base-url https://…] [--output endpoints.json] [--json]",
    about: "Asks Function Compute for triggers and custom domains.",
    async run(args) {
      const region = { type: "string", default: "cn-hangzhou" } as const;
      const prefix = { type: "string", default: "dream-factory-" } as const;
      const { values, isJson } = parsed(args, { region, prefix, output, endpoint: text, "base-url": text });
      await write(values.output, isJson, await placesInAliyun(values));
    },
  },
  local: {
    usage: "[--output endpoints.json] [--json]",
    about: "The URLs of npm start.",
    async run(args) {
      const { values, isJson } = parsed(args, { output });
      await write(values.output, isJson, localPlaces());
    },
  },
});

interface AliyunValues {
  region: string;
  prefix: string;
  endpoint?: string;
  "base-url"?: string;
}

/** Who names the base URL is believed: nothing is asked then, and no key is needed. */
async function placesInAliyun({ region, prefix, endpoint, "base-url": base }: AliyunValues): Promise<Places> {
  if (base !== undefined) return { base, own: {} };
  const address = addressOf(region, endpoint);
  const { openFunctionCompute } = await import("./endpoints/function-compute.ts");
  const { aliyunPlaces } = await import("./endpoints/aliyun.ts");
  const api = openFunctionCompute({ region, address }, processEnvironment());
  const { places, notes } = await aliyunPlaces(api, declarations, { region, prefix });
  for (const note of notes) console.error(note);
  return places;
}

/** The API's address in a region; another one, for tests and private networks, with https unless it is on this machine. */
function addressOf(region: string, endpoint = `https://fcv3.${region}.aliyuncs.com`): URL {
  const url = URL.parse(endpoint);
  const isHere = url?.protocol === "http:" && url.hostname === "127.0.0.1";
  if (url && (url.protocol === "https:" || isHere)) return url;
  throw new UsageError("--endpoint must be an https URL, such as https://fcv3.cn-hangzhou.aliyuncs.com.");
}

function localPlaces(): Places {
  const { HOST, PORT, PUBLIC_URL } = processEnvironment();
  const base = readConfig({ HOST, PORT, PUBLIC_URL }).publicUrl;
  if (base === null) throw new Error("With PORT=0 nobody knows the URL before the server listens: set PUBLIC_URL.");
  return { base, own: {}, isPlainHttpAllowed: true };
}

async function write(path: string, isJson: boolean, places: Places): Promise<void> {
  const endpoints = endpointsOf(declarations, places);
  await writeAtomically(path, `${JSON.stringify(endpoints, null, 2)}\n`);
  const { baseUrl, functions, jobEvents } = endpoints;
  const count = Object.keys(functions).length;
  say(isJson, [`${path}: ${describe(endpoints)}`], { path, baseUrl, functions: count, jobEvents });
}

function describe({ baseUrl, functions, jobEvents }: Endpoints): string {
  const count = Object.keys(functions).length;
  const where = baseUrl === null ? "each with its own URL" : `under ${baseUrl}`;
  return `${count} functions, ${where}; the live feed is ${jobEvents}.`;
}
