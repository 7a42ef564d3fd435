// Whether words, pictures and films are looked at before anything is made of them and before they are kept; by whom, and what that means.
import type { ConfigProblem } from "./config-error.ts";
import { matching, oneOf, trimmed, type Values } from "./setting.ts";

export const moderationServices = ["openai", "aliyun", "vlm"] as const;

export type ModerationService = (typeof moderationServices)[number];

export interface ModerationConfig {
  readonly service: ModerationService | "none";
  /** When there is no finding. `closed`: a job waits, and fails at its deadline. `open`: it goes on, and that is noted on it. */
  readonly onFailure: "closed" | "open";
  /** What the service leaves to a person. `allow`: it goes on, and that is noted on it. */
  readonly onReview: "block" | "allow";
  /** Absolute, without a slash at the end; null: the service's own. */
  readonly url: string | null;
  readonly model: string | null;
  readonly apiKey: string | null;
  readonly accessKeyId: string | null;
  readonly accessKeySecret: string | null;
  /** Of Alibaba Cloud, with what it calls the kinds of checks there. */
  readonly region: string;
  readonly imageService: string;
  readonly textService: string;
  /** After so many refusals in an hour a user has to wait; 0: never. */
  readonly refusalsPerHour: number;
}

const text = trimmed().optional();

const name = matching(/^[\w.:/-]{1,128}$/, "must be a name of letters, digits and . : / _ -").optional();

/** These may also stand in VENDOR_KEYS. */
export const moderationSecrets = {
  MODERATION_API_KEY: text,
  MODERATION_ACCESS_KEY_ID: text,
  MODERATION_ACCESS_KEY_SECRET: text,
};

export const moderationVariables = {
  MODERATION: oneOf(["none", ...moderationServices], "must be none, openai, aliyun or vlm").default("none" as const),
  MODERATION_FAILURE: oneOf(["closed", "open"], "must be closed or open").default("closed" as const),
  MODERATION_REVIEW: oneOf(["block", "allow"], "must be block or allow").default("block" as const),
  MODERATION_URL: trimmed(
    isPlainUrl,
    "must be an http(s) URL without user, query and fragment, such as http://127.0.0.1:11434/v1",
  )
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  MODERATION_MODEL: name,
  MODERATION_REGION: matching(/^[a-z0-9-]{1,64}$/, "must be a region, such as cn-shanghai").default("cn-shanghai"),
  MODERATION_IMAGE_SERVICE: name,
  MODERATION_TEXT_SERVICE: name,
  MODERATION_REFUSALS_PER_HOUR: trimmed(
    (number) => /^\d{1,3}$/.test(number) && Number(number) <= 100,
    "must be a whole number from 0 to 100",
  )
    .transform(Number)
    .optional(),
  ...moderationSecrets,
};

type Given = Readonly<Record<string, string | undefined>>;
type ModerationSettings = Values<typeof moderationVariables>;

const needed: Readonly<Record<string, readonly (readonly [name: string, why: string])[]>> = {
  openai: [["MODERATION_API_KEY", "a key of OpenAI's, which costs nothing for this"]],
  aliyun: [
    ["MODERATION_ACCESS_KEY_ID", "of a RAM user that may call Content Moderation"],
    ["MODERATION_ACCESS_KEY_SECRET", "of a RAM user that may call Content Moderation"],
  ],
  vlm: [
    ["MODERATION_URL", "up to /v1, such as http://127.0.0.1:11434/v1"],
    ["MODERATION_MODEL", "one that sees pictures, such as qwen3-vl:8b"],
  ],
};

/** Outside of mainland China the kinds of checks have other names, region by region. */
const ofOtherRegions = [
  ["MODERATION_IMAGE_SERVICE", "such as baselineCheck_global"],
  ["MODERATION_TEXT_SERVICE", "as the region has it"],
] as const;

/** What a service cannot do without. */
export function moderationProblems(given: Given): ConfigProblem[] {
  const service = given.MODERATION?.trim() ?? "none";
  const isElsewhere = service === "aliyun" && !(given.MODERATION_REGION?.trim() ?? "cn-").startsWith("cn-");
  const wanted = [
    ...(Object.hasOwn(needed, service) ? (needed[service] ?? []) : []),
    ...(isElsewhere ? ofOtherRegions : []),
  ];
  return wanted
    .filter(([variable]) => !given[variable]?.trim())
    .map(([variable, why]) => ({ variable, message: `is required with MODERATION=${service}: ${why}` }));
}

/** Without a check of one's own refusals are the vendors' alone: nobody is slowed unless it is said. */
const REFUSALS_PER_HOUR = 10;

export function moderationConfigOf(set: ModerationSettings): ModerationConfig {
  return {
    service: set.MODERATION,
    onFailure: set.MODERATION_FAILURE,
    onReview: set.MODERATION_REVIEW,
    url: set.MODERATION_URL ?? null,
    model: set.MODERATION_MODEL ?? null,
    apiKey: set.MODERATION_API_KEY ?? null,
    accessKeyId: set.MODERATION_ACCESS_KEY_ID ?? null,
    accessKeySecret: set.MODERATION_ACCESS_KEY_SECRET ?? null,
    region: set.MODERATION_REGION,
    imageService: set.MODERATION_IMAGE_SERVICE ?? "aigcCheck",
    textService: set.MODERATION_TEXT_SERVICE ?? "llm_query_moderation",
    refusalsPerHour: set.MODERATION_REFUSALS_PER_HOUR ?? (set.MODERATION === "none" ? 0 : REFUSALS_PER_HOUR),
  };
}

function isPlainUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && !/[?#]/.test(url)
  );
}
