// The settings as the deployed functions will have them, looked at before anything is asked or made.
import type { Environment } from "../../shared/config/config.ts";
import { onlySet } from "../../shared/config/environment.ts";
import { checkSettings } from "../check-config/settings.ts";

/** Long enough; the real one is the cloud's to keep. */
const anySecret = "-".repeat(48);

/** Of one machine alone: a deployment has its cloud's own. */
const local = { TABLE_PROVIDER: "sqlite", STORAGE_PROVIDER: "folder" };

/** What manifests and programs are given: files are private unless whoever deploys says otherwise, for clouds block public buckets. */
export function deployedSettings(environment: Environment): Environment {
  const set = onlySet(environment);
  const kept = Object.entries(set).filter(([name, value]) => local[name as keyof typeof local] !== value);
  return { STORE_ACCESS: "private", ...Object.fromEntries(kept) };
}

/** Throws one sentence with all that is wrong, as `npm run check-config` would say it. */
export async function requireSettings(environment: Environment, ofCloud: Environment): Promise<string[]> {
  const functions = { ...environment, ...ofCloud, NODE_ENV: "production", JWT_SECRET: anySecret };
  const { problems, warnings } = await checkSettings({}, functions);
  if (problems.length === 0) return warnings;
  const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
  throw new Error(["The settings would not be taken by the functions:", ...lines].join("\n"));
}
