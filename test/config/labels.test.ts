// LABEL_*: what is taken, what a profile demands, and what is said when it is missing.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const DAY_MS = 86_400_000;
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
    visible: { kinds: ["image", "video"], text: "AI生成", mayBeDeclined: false, loggedForMs: 200 * DAY_MS },
  });
});

describe("The label that everybody can see", () => {
  const visibleOf = (environment: Record<string, string>) => readConfig(environment).labels.visible;

  test.each([
    ["metadata", [], "AI-generated"],
    ["eu", [], "AI-generated"],
    ["cn", ["image", "video"], "AI生成"],
    ["all", ["image", "video"], "AI生成"],
  ])("is with profile %s drawn into %j, and says %s", (LABEL_PROFILE, kinds, text) => {
    expect(visibleOf({ LABEL_PROFILE, LABEL_PRODUCER_CODE: code })).toMatchObject({ kinds, text });
  });

  test.each([
    ["off", []],
    ["image", ["image"]],
    ["video", ["video"]],
    ["both", ["image", "video"]],
  ])("LABEL_VISIBLE=%s goes before the profile", (LABEL_VISIBLE, kinds) => {
    for (const LABEL_PROFILE of ["eu", "cn"]) {
      expect(visibleOf({ LABEL_PROFILE, LABEL_VISIBLE, LABEL_PRODUCER_CODE: code }).kinds).toEqual(kinds);
    }
  });

  test("its text, doing without, and the log's time are the operator's", () => {
    const given = { LABEL_VISIBLE: "image", LABEL_TEXT: " 人工智能合成 ", LABEL_OPT_OUT: "1", LABEL_LOG_DAYS: "183" };
    expect(visibleOf(given)).toEqual({
      ...{ kinds: ["image"], text: "人工智能合成", mayBeDeclined: true },
      loggedForMs: 183 * DAY_MS,
    });
  });

  test.each([
    [{ LABEL_VISIBLE: "on" }, "LABEL_VISIBLE must be off, image, video or both"],
    [{ LABEL_VISIBLE: "image", LABEL_PROFILE: "none" }, "LABEL_VISIBLE needs a LABEL_PROFILE other than none"],
    [{ LABEL_TEXT: "x".repeat(17) }, "LABEL_TEXT must be 1 to 16 characters on one line"],
    [{ LABEL_TEXT: "AI\ngenerated" }, "LABEL_TEXT must be 1 to 16 characters on one line"],
    [
      { LABEL_TEXT: "AI-generated", LABEL_PROFILE: "cn", LABEL_PRODUCER_CODE: code },
      "LABEL_TEXT must have AI or 人工智能",
    ],
    [{ LABEL_TEXT: "生成", LABEL_PROFILE: "all", LABEL_PRODUCER_CODE: code }, "LABEL_TEXT must have AI or 人工智能"],
    [{ LABEL_LOG_DAYS: "182" }, "LABEL_LOG_DAYS must be a whole number from 183 to 3650"],
    [{ LABEL_OPT_OUT: "yes" }, "LABEL_OPT_OUT must be 1 or 0"],
  ])("%j is refused", (environment, says) => {
    expect(problems(environment)).toEqual([expect.stringContaining(says)]);
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
