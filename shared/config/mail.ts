// Whether mail is sent, by which server, and what it leads to; off without SMTP_HOST.
import type { ConfigProblem } from "./config-error.ts";
import { flag, matching, oneOf, text, trimmed, type Values } from "./setting.ts";

export const mailLanguages = ["en", "zh"] as const;
export type MailLanguage = (typeof mailLanguages)[number];

export interface MailConfig {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte; `starttls` before anything is said that matters, or not at all; `none` for a server on this machine. */
  readonly security: "tls" | "starttls" | "none";
  readonly login: { readonly user: string; readonly password: string } | null;
  /** `a@b.example` or `Name <a@b.example>`. */
  readonly from: string;
  /** Pages that take `?token=`; null: the mail says the token alone. */
  readonly verifyUrl: string | null;
  readonly resetUrl: string | null;
  /** For whoever asks in none of the others. */
  readonly language: MailLanguage;
}

/** These may also stand in VENDOR_KEYS. */
export const mailSecrets = {
  SMTP_USER: trimmed().optional(),
  SMTP_PASS: text().optional(),
};

const page = trimmed(isPage, "must be an http(s) URL without user and fragment, such as https://app.example.com/reset");

export const mailVariables = {
  ...mailSecrets,
  SMTP_HOST: matching(
    /^[A-Za-z0-9:]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/,
    "must be a host, such as smtp.example.com",
  ).optional(),
  SMTP_PORT: trimmed(
    (written) => /^\d{1,5}$/.test(written) && Number(written) >= 1 && Number(written) <= 65_535,
    "must be a whole number from 1 to 65535",
  )
    .transform(Number)
    .optional(),
  SMTP_TLS: oneOf(["tls", "starttls", "none"], "must be tls, starttls or none").optional(),
  SMTP_FROM: trimmed(
    isSender,
    "must be an address, or a name and an address: Dream Factory <no-reply@example.com>",
  ).optional(),
  VERIFY_URL: page.optional(),
  RESET_URL: page.optional(),
  MAIL_LANGUAGE: oneOf(mailLanguages, "must be en or zh").default("en" as const),
  REQUIRE_VERIFIED_EMAIL: flag().default(false),
};

type Given = Readonly<Record<string, string | undefined>>;

/** What mail cannot do without, and what is no use without mail. */
export function mailProblems(given: Given): ConfigProblem[] {
  const has = (variable: string) => Boolean(given[variable]?.trim());
  const isOn = has("SMTP_HOST");
  const isRequired = /^\s*(1|true)\s*$/.test(given.REQUIRE_VERIFIED_EMAIL ?? "");
  const problems: [boolean, string, string][] = [
    [
      isOn && !has("SMTP_FROM"),
      "SMTP_FROM",
      "is required with SMTP_HOST: from whom mail is, such as no-reply@example.com",
    ],
    [has("SMTP_USER") && !has("SMTP_PASS"), "SMTP_PASS", "is required with SMTP_USER"],
    [has("SMTP_PASS") && !has("SMTP_USER"), "SMTP_USER", "is required with SMTP_PASS"],
    [!isOn && isRequired, "SMTP_HOST", "is required with REQUIRE_VERIFIED_EMAIL: nobody could verify an address"],
    [!isOn && has("SMTP_FROM"), "SMTP_HOST", "is required with SMTP_FROM: by which server mail is sent"],
  ];
  return problems.flatMap(([isWrong, variable, message]) => (isWrong ? [{ variable, message }] : []));
}

/** RFC 8314, 3.3: submission over TLS is on 465. */
const TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/** Null: no mail is sent. */
export function mailConfigOf(set: Values<typeof mailVariables>): MailConfig | null {
  const { SMTP_HOST: host, SMTP_FROM: from, SMTP_USER: user, SMTP_PASS: password } = set;
  if (host === undefined || from === undefined) return null;
  const port = set.SMTP_PORT ?? (set.SMTP_TLS === "tls" ? TLS_PORT : SUBMISSION_PORT);
  return {
    host,
    port,
    security: set.SMTP_TLS ?? (port === TLS_PORT ? "tls" : "starttls"),
    login: user === undefined || password === undefined ? null : { user, password },
    from,
    verifyUrl: set.VERIFY_URL ?? null,
    resetUrl: set.RESET_URL ?? null,
    language: set.MAIL_LANGUAGE,
  };
}

function isPage(written: string): boolean {
  const url = URL.parse(written);
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !written.includes("#");
}

function isSender(written: string): boolean {
  const address = /^[^\p{Cc}<>"]{0,100}<([^<>]+)>$/u.exec(written)?.[1] ?? written;
  return /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+$/.test(address);
}
