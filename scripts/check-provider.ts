// npm run check-provider -- kling [--model kling-v1] [--yes] [--json]: one smallest generation with your key, through the adapter itself: what was
// asked, what was answered, and what was not as the adapter expects. It says first what that will cost, and spends nothing without --yes.
// Exit code 0: all was as expected; 1: something was not, or nothing was asked; 2: not understood.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { type VendorConfigs, type VendorId, vendorIds } from "../shared/config/vendors.ts";
import { openVendors } from "../shared/runtime/adapters/vendors.ts";
import { checkProvider, shown } from "./check-provider/check.ts";
import { type Smallest, smallestOf } from "./check-provider/smallest.ts";
import { showWire, withoutSecrets } from "./check-provider/wire.ts";
import { answerHelp } from "./help.ts";
import { UsageError } from "./subcommands.ts";

const USAGE = `npm run check-provider -- <${vendorIds.join("|")}> [--model <id>] [--yes] [--json]`;

answerHelp(
  "One smallest real generation with your key, and what was not as expected; it spends nothing without --yes.",
  `  ${USAGE}`,
);

try {
  process.exitCode = await run();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error);
  console.error(`${error instanceof Error ? error.message : error}${isUsage ? `\nUsage: ${USAGE}` : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}

async function run(): Promise<number> {
  const { id, wanted, mayPay, isJson } = argumentsGiven();
  const tell = isJson ? console.error : console.log;
  // A machine that only runs scripts has no need of the server's secret.
  const { vendors } = readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
  const provider = await providerOf(id, vendors);
  const smallest = smallestOf(provider, wanted, new Date().toISOString().slice(0, 10));
  tell(announced(id, smallest));
  const answer = (isAsked: boolean, differences: readonly string[]) => {
    const { model, request, credits, cost = null } = smallest;
    const isFine = isAsked && differences.length === 0;
    if (isJson)
      console.log(
        JSON.stringify({ vendor: id, model: model.id, request, credits, cost, isAsked, isFine, differences }, null, 2),
      );
  };
  if (!mayPay) {
    answer(false, []);
    console.error("Nothing was asked. Add --yes to spend it.");
    return 1;
  }
  const { apiKey, secretKey, callbackToken } = vendors[id] ?? {};
  const secrets = [apiKey, secretKey, callbackToken].filter((secret) => secret !== undefined);
  const stop = showWire(secrets, (line) => tell(`  ${line}`));
  const reference = `${randomUUID()}-1`;
  const say = (line: string) => tell(withoutSecrets(line, secrets));
  const differences = await checkProvider({ provider, smallest, reference, say, sleep });
  stop();
  for (const difference of differences) console.error(withoutSecrets(`Not as expected. ${difference}`, secrets));
  if (differences.length === 0) tell("All was as the adapter expects.");
  answer(
    true,
    differences.map((each) => withoutSecrets(each, secrets)),
  );
  return differences.length === 0 ? 0 : 1;
}

function argumentsGiven(): { id: VendorId; wanted: string | undefined; mayPay: boolean; isJson: boolean } {
  const options = { model: { type: "string" }, yes: { type: "boolean" }, json: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [name, ...others] = positionals;
  const id = vendorIds.find((each) => each === name);
  if (!id || others.length > 0)
    throw new UsageError(name ? `There is no vendor "${positionals.join(" ")}".` : "Which vendor?");
  return { id, wanted: values.model, mayPay: values.yes ?? false, isJson: values.json ?? false };
}

async function providerOf(id: VendorId, vendors: VendorConfigs) {
  const config = vendors[id];
  if (!config) throw new Error(`${id.toUpperCase()}_API_KEY is not set, in the environment or in .env.`);
  const provider = (await openVendors({ [id]: config })).find((each) => each.id === id);
  if (!provider) throw new Error(`There is no adapter for ${id}.`);
  return provider;
}

function announced(id: string, { model, request, credits, cost, listOf }: Smallest): string {
  const { durationSec, resolution, quality } = request;
  const details = [durationSec && `${durationSec} s`, resolution, quality].filter(Boolean).join(", ");
  const what = `${id}: one ${model.type} by ${model.id}${details && ` (${details})`}.`;
  if (!cost) return `${what} What it costs is not known here; users pay ${credits} credits for it.`;
  return `${what} It costs about ${shown(cost)}, by the list of ${listOf}.`;
}
