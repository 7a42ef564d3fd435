// What generated files say of themselves: which rules they follow, and in whose name.
import type { ConfigProblem } from "./config-error.ts";
import { flag, matching, oneOf, type Values } from "./setting.ts";

export const labelProfiles = ["none", "metadata", "cn", "eu", "all"] as const;

export type LabelProfileSetting = (typeof labelProfiles)[number];

export interface LabelConfig {
  readonly profile: LabelProfileSetting;
  /** Null: the system's name stands for the producer. */
  readonly producerCode: string | null;
  /** Printable ASCII without blanks. */
  readonly systemName: string;
  /** Whether imported files are labelled, which are otherwise kept byte for byte. */
  readonly marksImports: boolean;
}

/** Those that follow the Chinese rules. */
const ofChina: readonly string[] = ["cn", "all"];

/**
 * TC260-PG-20252A: 00, 11, the unified social credit code of 18 characters, and five: 1 for who generates or 2 for who spreads it and four of
 * their own, or zeros.
 */
const producerCode = /^0011[0-9A-Z]{18}([12][0-9A-Za-z]{4}|00000)$/;

export const labelVariables = {
  LABEL_PROFILE: oneOf(labelProfiles, "must be none, metadata, cn, eu or all").default("metadata" as const),
  LABEL_PRODUCER_CODE: matching(
    producerCode,
    "must be the 27 characters of a provider's code: 0011, the unified social credit code of 18, and five such as 10001",
  ).optional(),
  LABEL_SYSTEM_NAME: matching(
    /^[!#-[\]-~]{1,64}$/,
    "must be 1 to 64 letters, digits and signs of ASCII, without blanks and quotes, such as DreamFactory",
  ).default("DreamFactory"),
  LABEL_IMPORTS: flag().default(false),
};

type Given = Readonly<Record<string, string | undefined>>;
type LabelSettings = Values<typeof labelVariables>;

/** What a profile demands beside itself. */
export function labelProblems(given: Given): ConfigProblem[] {
  const profile = given.LABEL_PROFILE?.trim() ?? "";
  if (!ofChina.includes(profile) || given.LABEL_PRODUCER_CODE !== undefined) return [];
  const message = `is required with LABEL_PROFILE=${profile}: the 27 characters of your provider's code, such as 001191110000XXXXXXXXXX10001`;
  return [{ variable: "LABEL_PRODUCER_CODE", message }];
}

export function labelConfigOf(set: LabelSettings): LabelConfig {
  return {
    profile: set.LABEL_PROFILE,
    producerCode: set.LABEL_PRODUCER_CODE ?? null,
    systemName: set.LABEL_SYSTEM_NAME,
    marksImports: set.LABEL_IMPORTS,
  };
}
