// What generated files say of themselves: which rules they follow, and in whose name.
import type { ConfigProblem } from "./config-error.ts";
import { flag, matching, oneOf, trimmed, type Values } from "./setting.ts";

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
  readonly visible: VisibleLabelConfig;
}

/** The label that everybody can see. */
export interface VisibleLabelConfig {
  /** What it is drawn into. */
  readonly kinds: readonly ("image" | "video")[];
  readonly text: string;
  /** Whether a user may ask for an output without it. */
  readonly mayBeDeclined: boolean;
  /** How long the log says who got an output without it. */
  readonly loggedForMs: number;
}

/** Those that follow the Chinese rules. */
const ofChina: readonly string[] = ["cn", "all"];

const kindsOf = { off: [], image: ["image"], video: ["video"], both: ["image", "video"] } as const;

/** So much fits beside each other, in letters of 5 % of the shortest side. */
const MAX_TEXT = 16;
const DAY_MS = 86_400_000;

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
  LABEL_VISIBLE: oneOf(["off", "image", "video", "both"], "must be off, image, video or both").optional(),
  LABEL_TEXT: trimmed(
    (written) => [...written].length <= MAX_TEXT && !/[\p{C}\p{Zl}\p{Zp}]/u.test(written),
    `must be 1 to ${MAX_TEXT} characters on one line, such as AI生成`,
  ).optional(),
  LABEL_OPT_OUT: flag().default(false),
  LABEL_LOG_DAYS: trimmed(
    (written) => /^\d{3,4}$/.test(written) && Number(written) >= 183 && Number(written) <= 3650,
    "must be a whole number from 183 to 3650: a log of less than six months is too short",
  )
    .transform(Number)
    .default(200),
};

type Given = Readonly<Record<string, string | undefined>>;
type LabelSettings = Values<typeof labelVariables>;

/** What a profile demands beside itself. */
export function labelProblems(given: Given): ConfigProblem[] {
  const profile = given.LABEL_PROFILE?.trim() ?? "";
  return [...withoutProfile(profile, given), ...(ofChina.includes(profile) ? problemsOfChina(profile, given) : [])];
}

function withoutProfile(profile: string, { LABEL_VISIBLE: visible = "off" }: Given): ConfigProblem[] {
  if (profile !== "none" || visible.trim() === "off") return [];
  const message = "needs a LABEL_PROFILE other than none, such as metadata";
  return [{ variable: "LABEL_VISIBLE", message }];
}

function problemsOfChina(profile: string, { LABEL_PRODUCER_CODE: code, LABEL_TEXT: text }: Given): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (code === undefined) {
    const message = `is required with LABEL_PROFILE=${profile}: the 27 characters of your provider's code, such as 001191110000XXXXXXXXXX10001`;
    problems.push({ variable: "LABEL_PRODUCER_CODE", message });
  }
  // GB 45438-2025, 5.2.
  if (text !== undefined && !(hasOne(text, ["AI", "人工智能"]) && hasOne(text, ["生成", "合成"]))) {
    const message = `must have AI or 人工智能 and 生成 or 合成 in it with LABEL_PROFILE=${profile}, such as AI生成`;
    problems.push({ variable: "LABEL_TEXT", message });
  }
  return problems;
}

export function labelConfigOf(set: LabelSettings): LabelConfig {
  const isChina = ofChina.includes(set.LABEL_PROFILE);
  return {
    profile: set.LABEL_PROFILE,
    producerCode: set.LABEL_PRODUCER_CODE ?? null,
    systemName: set.LABEL_SYSTEM_NAME,
    marksImports: set.LABEL_IMPORTS,
    visible: {
      kinds: kindsOf[set.LABEL_VISIBLE ?? (isChina ? "both" : "off")],
      text: set.LABEL_TEXT ?? (isChina ? "AI生成" : "AI-generated"),
      mayBeDeclined: set.LABEL_OPT_OUT,
      loggedForMs: set.LABEL_LOG_DAYS * DAY_MS,
    },
  };
}

function hasOne(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word));
}
