// MODERATION*: what is taken, what a service cannot do without, and what is said when it is missing.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

function problems(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
}

const names = (environment: Record<string, string>) => problems(environment).map((problem) => problem.split(" ")[0]);

describe("A service without what it needs is named with it", () => {
  test.each([
    ["openai", { MODERATION: "openai" }, ["MODERATION_API_KEY"]],
    ["aliyun", { MODERATION: "aliyun" }, ["MODERATION_ACCESS_KEY_ID", "MODERATION_ACCESS_KEY_SECRET"]],
    ["vlm", { MODERATION: "vlm", MODERATION_MODEL: "m" }, ["MODERATION_URL"]],
    [
      "aliyun elsewhere",
      {
        MODERATION: "aliyun",
        MODERATION_ACCESS_KEY_ID: "a",
        MODERATION_ACCESS_KEY_SECRET: "b",
        MODERATION_REGION: "ap-southeast-1",
      },
      ["MODERATION_IMAGE_SERVICE", "MODERATION_TEXT_SERVICE"],
    ],
  ])("%s", (_, environment, missing) => {
    expect(names(environment)).toEqual(missing);
  });

  test("none needs nothing", () => {
    expect(problems({ MODERATION: "none" })).toEqual([]);
  });
});

test.each([
  ["MODERATION", "azure"],
  ["MODERATION_FAILURE", "maybe"],
  ["MODERATION_REVIEW", "warn"],
  ["MODERATION_URL", "http://user@host/v1"],
  ["MODERATION_REFUSALS_PER_HOUR", "101"],
])("%s=%s is refused", (name, value) => {
  expect(names({ [name]: value })).toEqual([name]);
});

test("keys may come together with those of vendors", () => {
  const { moderation } = readConfig({ MODERATION: "openai", VENDOR_KEYS: '{"MODERATION_API_KEY":"k"}' });
  expect(moderation).toMatchObject({ service: "openai", apiKey: "k", refusalsPerHour: 10 });
});

test("with a service ten refusals an hour are too many, unless it is said; without one none", () => {
  expect(readConfig({}).moderation.refusalsPerHour).toBe(0);
  expect(readConfig({ MODERATION_REFUSALS_PER_HOUR: "4" }).moderation.refusalsPerHour).toBe(4);
});
