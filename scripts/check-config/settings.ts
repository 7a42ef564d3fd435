// Everything that is wrong with the settings, and everything that is odd: not only what a start would stumble over first.
import { type Config, type Environment, readConfig } from "../../shared/config/config.ts";
import { ConfigError, type ConfigProblem } from "../../shared/config/config-error.ts";
import { onlySet } from "../../shared/config/environment.ts";
import type { OfferedProvider } from "../../shared/ports/provider.ts";
import { importOffer } from "../../shared/providers/import.ts";
import { libraryOffer } from "../../shared/providers/library/offer.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { openVendors } from "../../shared/runtime/adapters/vendors.ts";
import { readTrustedHosts } from "../../shared/runtime/composing/compose.ts";
import { requireOffered } from "../../shared/runtime/composing/offered.ts";
import { realClock } from "../../shared/runtime/real.ts";
import { signingWarnings } from "../../shared/runtime/telling/signing.ts";
import { described } from "./described.ts";
import { unknownNames } from "./names.ts";
import { labelWarnings, offerWarnings } from "./offer-warnings.ts";
import { settingsWarnings } from "./settings-warnings.ts";

export interface CheckedSettings {
  problems: ConfigProblem[];
  warnings: string[];
  /** What they lead to; empty when there are problems. */
  said: string[];
  /** Null when there are problems. */
  config: Config | null;
}

/** `file`: what `.env` has; `environment` goes before. Nothing is opened, asked or written, and no secret is in what is answered. */
export async function checkSettings(file: Environment, environment: Environment): Promise<CheckedSettings> {
  const given = onlySet({ ...file, ...onlySet(environment) });
  const { config, problems } = readAsFarAsPossible(given);
  const names = unknownNames(file, environment);
  if (!config) return { problems, warnings: names, said: [], config: null };
  const sketch = createSketchProvider({ ffmpegPath: config.ffmpegPath });
  const library = config.hasMusicLibrary ? [libraryOffer] : [];
  const providers = [...(await openVendors(config.vendors)), sketch, importOffer, ...library];
  const all = [
    ...problems,
    ...problemsOf(() => readTrustedHosts(config)),
    ...offerProblems(config, providers, problems),
  ];
  const odd = [...names, ...settingsWarnings(config, given)];
  if (all.length > 0) return { problems: all, warnings: odd, said: [], config: null };
  const signing = await signingWarnings(config, realClock.now());
  const warnings = [
    ...odd,
    ...offerWarnings(config, providers),
    ...(await labelWarnings(config)),
    ...signing.map((line) => line.replace(/^warning: /, "")),
  ];
  return { problems: [], warnings, said: described(config, providers), config };
}

/** A model of a vendor whose key is wrong already is not there for that reason: it is said once. */
function offerProblems(config: Config, providers: readonly OfferedProvider[], known: readonly ConfigProblem[]) {
  return known.some(({ variable }) => /_(API|SECRET)_KEY$|^VENDOR_KEYS/.test(variable))
    ? []
    : problemsOf(() => requireOffered(config, providers));
}

/** What is wrong is left out and the rest read again, so that it hides nothing else. */
function readAsFarAsPossible(given: Environment): { config: Config | null; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const rest: Record<string, string | undefined> = { ...given };
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    try {
      return { config: readConfig(rest), problems };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const isNew = ({ variable, message }: ConfigProblem) =>
        !problems.some((each) => each.variable === variable && each.message === message);
      // The first pass says all that a start would; what shows behind it is right as it stands, but for what was left out.
      const found = error.problems.filter(isNew);
      problems.push(...(pass === 0 ? found : found.filter(({ message }) => !/required/.test(message))));
      for (const { variable } of error.problems) leaveOut(rest, variable);
    }
  }
  return { config: null, problems };
}

const MOST_PASSES = 4;

const ofPayments = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "CREDIT_PACKS", "CREDITS_RETURN_URL"];

/** With what asks for it: a store for its bucket, a vendor for the other half of its key. */
function leaveOut(rest: Record<string, string | undefined>, variable: string): void {
  const [family = ""] = variable.split("_");
  const asking: Record<string, readonly string[]> = {
    S3: ["STORAGE_PROVIDER"],
    OSS: ["STORAGE_PROVIDER", "PLATFORM"],
    CDN: ["STORAGE_PROVIDER"],
    TABLESTORE: ["TABLE_PROVIDER", "PLATFORM"],
    DYNAMODB: ["TABLE_PROVIDER", "PLATFORM"],
    JWT: ["NODE_ENV", "PLATFORM"],
    MODERATION: ["MODERATION"],
    ...Object.fromEntries(["STRIPE", "CREDIT", "CREDITS"].map((name) => [name, ofPayments])),
    SMTP: ["SMTP_HOST", "SMTP_FROM", "SMTP_USER", "SMTP_PASS", "REQUIRE_VERIFIED_EMAIL"],
    VENDOR: [],
  };
  for (const name of asking[family] ?? Object.keys(rest).filter((each) => each.startsWith(`${family}_`))) {
    if (rest[variable] === undefined) delete rest[name];
  }
  delete rest[variable];
}

function problemsOf(check: () => unknown): readonly ConfigProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
