// Selling credits, and sending mail: all of their settings or none, and what each may be.
import { describe, expect, it } from "vitest";
import { type Environment, readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const pack = { id: "small", credits: 500, amount: 499, currency: "usd" };
const selling = {
  STRIPE_SECRET_KEY: "sk_test_abc",
  STRIPE_WEBHOOK_SECRET: "whsec_abc",
  CREDIT_PACKS: JSON.stringify([pack]),
  CREDITS_RETURN_URL: "https://app.example.com/credits",
};
const sending = { SMTP_HOST: "smtp.example.com", SMTP_FROM: "a@example.com" };

function problemsOf(environment: Environment): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
}

describe("selling credits", () => {
  it.each(Object.keys(selling))("without %s alone is refused, and says what is missing", (name) => {
    const problems = problemsOf({ ...selling, [name]: "" });
    expect(problems.map((each) => each.split(" ")[0])).toEqual([name]);
    expect(problems[0]).toContain("is required with");
  });

  it("is off when nothing of it is there, also with an address of Stripe", () => {
    expect(readConfig({ STRIPE_API_BASE: "http://127.0.0.1:1" }).payments).toBeNull();
  });

  it("takes its secrets from VENDOR_KEYS", () => {
    const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, ...open } = selling;
    const VENDOR_KEYS = JSON.stringify({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET });
    expect(readConfig({ ...open, VENDOR_KEYS }).payments).toEqual(readConfig(selling).payments);
  });

  const wrong: [string, Environment][] = [
    ["a publishable key", { STRIPE_SECRET_KEY: "pk_live_abc" }],
    ["a secret that is no webhook's", { STRIPE_WEBHOOK_SECRET: "sk_test_abc" }],
    ["no JSON", { CREDIT_PACKS: "small:500" }],
    ["no packs", { CREDIT_PACKS: "[]" }],
    ["packs in an object", { CREDIT_PACKS: JSON.stringify({ small: pack }) }],
    ["two packs of one id", { CREDIT_PACKS: JSON.stringify([pack, pack]) }],
    ["a price with a point", { CREDIT_PACKS: JSON.stringify([{ ...pack, amount: 4.99 }]) }],
    ["a price of nothing", { CREDIT_PACKS: JSON.stringify([{ ...pack, amount: 0 }]) }],
    ["a price of more than Stripe takes", { CREDIT_PACKS: JSON.stringify([{ ...pack, amount: 100_000_000 }]) }],
    ["credits as a text", { CREDIT_PACKS: JSON.stringify([{ ...pack, credits: "500" }]) }],
    ["a currency in capitals", { CREDIT_PACKS: JSON.stringify([{ ...pack, currency: "USD" }]) }],
    ["a misspelt field", { CREDIT_PACKS: JSON.stringify([{ ...pack, price: 1 }]) }],
    ["a page that is none", { CREDITS_RETURN_URL: "app.example.com" }],
    ["a page with a fragment", { CREDITS_RETURN_URL: "https://app.example.com/#/credits" }],
    ["an address of Stripe with a path", { STRIPE_API_BASE: "https://api.stripe.com/v1" }],
  ];

  it.each(wrong)("with %s is refused, without its value", (_, changed) => {
    const problems = problemsOf({ ...selling, ...changed });
    const [name = "", value = ""] = Object.entries(changed)[0] ?? [];
    expect([problems.length > 0, problems.every((each) => each.startsWith(name))]).toEqual([true, true]);
    expect(problems.join()).not.toContain(value);
  });
});

describe("sending mail", () => {
  it("takes 587 and STARTTLS unless it is told otherwise", () => {
    const of = (environment: Environment) => {
      const { mail } = readConfig({ ...sending, ...environment });
      return [mail?.port, mail?.security];
    };
    expect(of({})).toEqual([587, "starttls"]);
    expect(of({ SMTP_TLS: "tls" })).toEqual([465, "tls"]);
    expect(of({ SMTP_PORT: "465" })).toEqual([465, "tls"]);
    expect(of({ SMTP_PORT: "25", SMTP_TLS: "none" })).toEqual([25, "none"]);
  });

  const wrong: [string, Environment, string][] = [
    ["nobody it is from", { SMTP_HOST: "smtp.example.com" }, "SMTP_FROM"],
    ["no server", { SMTP_FROM: "a@example.com" }, "SMTP_HOST"],
    ["a user without a password", { ...sending, SMTP_USER: "a" }, "SMTP_PASS"],
    ["a password without a user", { ...sending, SMTP_PASS: "a" }, "SMTP_USER"],
    ["addresses that have to be verified, and no server", { REQUIRE_VERIFIED_EMAIL: "1" }, "SMTP_HOST"],
    ["a sender with a line break", { ...sending, SMTP_FROM: "A\r\nBcc: x@example.com <a@example.com>" }, "SMTP_FROM"],
    ["a sender that is none", { ...sending, SMTP_FROM: "Dreams" }, "SMTP_FROM"],
    ["a server with a scheme", { ...sending, SMTP_HOST: "smtp://smtp.example.com" }, "SMTP_HOST"],
    ["a port that is none", { ...sending, SMTP_PORT: "0" }, "SMTP_PORT"],
    ["a way that is none", { ...sending, SMTP_TLS: "ssl" }, "SMTP_TLS"],
    ["a language that we do not have", { ...sending, MAIL_LANGUAGE: "fr" }, "MAIL_LANGUAGE"],
    ["a page with a user", { ...sending, RESET_URL: "https://a:b@example.com/" }, "RESET_URL"],
  ];

  it.each(wrong)("with %s is refused", (_, environment, name) => {
    expect(problemsOf(environment).map((each) => each.split(" ")[0])).toEqual([name]);
  });
});
