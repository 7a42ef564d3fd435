// LABEL_*: what is taken, what a profile demands, and what is said when it is missing.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const code = "001191110000MACQD9K64X10001";

function problems(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
}

test("a code, a name and the switch are taken as they are written", () => {
  const { labels } = readConfig({
    LABEL_PROFILE: "all",
    LABEL_PRODUCER_CODE: code,
    LABEL_SYSTEM_NAME: "Wunder-Fabrik",
    LABEL_IMPORTS: "1",
  });
  expect(labels).toEqual({
    ...{ profile: "all", producerCode: code, systemName: "Wunder-Fabrik" },
    marksImports: true,
  });
});

describe("What is wrong is named, with what to do", () => {
  test.each(["cn", "all"])("profile %s without the provider's code", (LABEL_PROFILE) => {
    expect(problems({ LABEL_PROFILE })).toEqual([
      expect.stringMatching(`^LABEL_PRODUCER_CODE is required with LABEL_PROFILE=${LABEL_PROFILE}: the 27 characters`),
    ]);
  });

  test.each(["metadata", "eu", "none"])("profile %s needs no code", (LABEL_PROFILE) => {
    expect(problems({ LABEL_PROFILE })).toEqual([]);
  });

  test.each([
    ["of 26 characters", code.slice(0, 26)],
    ["of 28 characters", `${code}0`],
    ["that begins otherwise", `12${code.slice(2)}`],
    ["that says neither generation nor propagation", `${code.slice(0, 22)}30001`],
    ["that is a name", "Some Company Ltd., Hangzhou"],
  ])("a code %s", (_, LABEL_PRODUCER_CODE) => {
    expect(problems({ LABEL_PROFILE: "cn", LABEL_PRODUCER_CODE })).toEqual([
      expect.stringMatching(/^LABEL_PRODUCER_CODE must be the 27 characters/),
    ]);
  });

  test("a profile that there is not", () => {
    expect(problems({ LABEL_PROFILE: "us" })).toEqual(["LABEL_PROFILE must be none, metadata, cn, eu or all"]);
  });

  test.each(["Dream Factory", "梦工厂", 'a"b', "x".repeat(65)])("the name %s", (LABEL_SYSTEM_NAME) => {
    expect(problems({ LABEL_SYSTEM_NAME })).toEqual([expect.stringMatching(/^LABEL_SYSTEM_NAME must be 1 to 64/)]);
  });
});
