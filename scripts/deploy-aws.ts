// npm run deploy:aws: everything that a deployment on AWS needs, looked at in its order, made where it lacks, and deployed. Without --yes it only looks.
// Exit code 0: deployed, or nothing stands against it; 1: something does, or failed; 2: the command was not understood.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { processEnvironment } from "../shared/config/environment.ts";
import { deploy } from "./deploy/answer.ts";
import { openAwsAccount, regionOf } from "./deploy/aws/account.ts";
import { awsSteps } from "./deploy/aws/steps.ts";
import { deployedSettings, requireSettings } from "./deploy/settings.ts";
import { parsed, runCommand, UsageError } from "./subcommands.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

await runCommand("npm run deploy:aws --", {
  usage:
    "[--stage dev] [--region <region>] [--yes | --dry-run] [--vendor-keys keys.json] [--ffmpeg <zip or URL> [--ffmpeg-sha256 <hash>]] [--budget <USD a month> --budget-email <address>] [--reserve] [--json]",
  about:
    "Deploys on AWS: settings, key, secrets, what an earlier attempt left, zips, the stack, endpoints.json, a look at it. Without --yes nothing is made: it tells what there is, what would be done, and what stands against it.",
  async run(args) {
    const stage = { type: "string", default: "dev" } as const;
    const { values, isJson } = parsed(args, {
      ...{ stage, region: text, yes: flag, "dry-run": flag, reserve: flag },
      ...{ "vendor-keys": text, ffmpeg: text, "ffmpeg-sha256": text, budget: text, "budget-email": text },
    });
    if (values.yes && values["dry-run"]) throw new UsageError("--yes or --dry-run, not both.");
    if (!/^[a-z][a-z0-9-]{0,20}$/.test(values.stage))
      throw new UsageError("--stage must be lower-case letters, digits and dashes, such as dev.");
    const budget = budgetOf(values.budget, values["budget-email"]);
    const environment = deployedSettings(processEnvironment());
    const region = await regionOf(values.region ?? environment.AWS_REGION);
    const notes = await requireSettings(environment, {
      ...{ PLATFORM: "aws", AWS_REGION: region },
      S3_BUCKET: environment.S3_BUCKET ?? "made-by-the-stack",
    });
    const account = await openAwsAccount(region, environment);
    const asked = {
      ...{ root, environment, isJson, stage: values.stage, reserves: values.reserve, budget },
      vendorKeys: values["vendor-keys"] ?? null,
      ffmpeg: values.ffmpeg === undefined ? null : { place: values.ffmpeg, sha256: values["ffmpeg-sha256"] ?? null },
    };
    await deploy(
      {
        ...{ cloud: "aws", account: account.id, region: account.region, stage: values.stage },
        steps: awsSteps(account, asked),
        notes: budget
          ? notes
          : [...notes, "there is no alarm for costs: say --budget 20 --budget-email you@example.com"],
        address: async () => JSON.parse(await readFile(join(root, "endpoints.json"), "utf8")).baseUrl,
      },
      { isJson, isWanted: values.yes },
    );
  },
});

function budgetOf(amount: string | undefined, email: string | undefined): { amount: string; email: string } | null {
  if (amount === undefined && email === undefined) return null;
  if (!/^\d{1,7}$/.test(amount ?? "") || Number(amount) < 1 || !/^[^@\s]+@[^@\s]+$/.test(email ?? ""))
    throw new UsageError("--budget needs whole dollars a month, and --budget-email who is told.");
  return { amount: amount ?? "", email: email ?? "" };
}
