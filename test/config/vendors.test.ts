// The vendors' settings: one by one, or together as deployed functions get them.
import { expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";
import { isPriceKey } from "../../shared/config/prices.ts";

const nothingElse = { secretKey: undefined, baseUrl: undefined, callbackToken: undefined, workspace: undefined };

test("a vendor is configured when its key is there, and by nothing else", () => {
  const { vendors } = readConfig({ FAL_API_KEY: "key", OPENAI_BASE_URL: "https://gateway.example/v1/" });
  expect(vendors).toEqual({ fal: { ...nothingElse, apiKey: "key" } });
});

test("a key of two parts needs both", () => {
  expect(problemsOf({ KLING_API_KEY: "ak" })).toEqual(["KLING_SECRET_KEY"]);
  expect(problemsOf({ KLING_SECRET_KEY: "sk" })).toEqual(["KLING_API_KEY"]);
  expect(problemsOf({ VENDOR_KEYS: '{"KLING_API_KEY":"ak"}' })).toEqual(["KLING_SECRET_KEY"]);
});

test("all settings of vendors may come together, and what is written by itself goes before", () => {
  const together = {
    DASHSCOPE_API_KEY: "together",
    DASHSCOPE_BASE_URL: "https://dashscope-intl.aliyuncs.com/",
    DASHSCOPE_CALLBACK_TOKEN: "0123456789abcdef0123456789abcdef",
    DASHSCOPE_WORKSPACE: "ws",
    FAL_API_KEY: "fal",
    OPENAI_API_KEY: " ",
  };
  const { vendors } = readConfig({ VENDOR_KEYS: JSON.stringify(together), FAL_API_KEY: "alone" });
  expect(vendors).toEqual({
    dashscope: {
      apiKey: "together",
      secretKey: undefined,
      baseUrl: "https://dashscope-intl.aliyuncs.com",
      callbackToken: "0123456789abcdef0123456789abcdef",
      workspace: "ws",
    },
    fal: { ...nothingElse, apiKey: "alone" },
  });
});

test("they may be percent-encoded, and are what they were", () => {
  const key = `100% \${env('HOME')} %24 小`;
  const keys = JSON.stringify({ FAL_API_KEY: key });
  const encoded = keys.replaceAll("%", "%25").replaceAll("$", "%24");
  expect(readConfig({ VENDOR_KEYS_ENCODED: encoded }).vendors.fal?.apiKey).toBe(key);
  expect(problemsOf({ VENDOR_KEYS_ENCODED: "{%zz}" })).toEqual(["VENDOR_KEYS_ENCODED"]);
});

test.each([
  "sk-alone",
  "[]",
  "null",
  '"text"',
  '{"FAL_API_KEY":1}',
  '{"JWT_SECRET":"x"}',
  '{"FAL_KEY":"x"}',
  '{"__proto__":"x"}',
])("VENDOR_KEYS=%s is refused", (text) => {
  const error = refusal({ VENDOR_KEYS: text });
  expect(error.problems.map(({ variable }) => variable)).toEqual(["VENDOR_KEYS"]);
  expect(error.problems[0]?.message).not.toContain(text);
});

test("a problem within is named as if it stood alone", () => {
  expect(problemsOf({ VENDOR_KEYS: '{"FAL_BASE_URL":"ftp://fal.example"}' })).toEqual(["FAL_BASE_URL"]);
});

test.each(["short", "with a space in its middle", "with/a/slash/in/the/middle", "x".repeat(201)])(
  "a vendor's own token is long, and can stand in a path: not %s",
  (token) => {
    expect(problemsOf({ DASHSCOPE_API_KEY: "k", DASHSCOPE_CALLBACK_TOKEN: token })).toEqual([
      "DASHSCOPE_CALLBACK_TOKEN",
    ]);
  },
);

test("CALLBACK_URL is an address like PUBLIC_URL", () => {
  expect(readConfig({ CALLBACK_URL: "https://api.example.com/" }).callbackUrl).toBe("https://api.example.com");
  expect(readConfig({}).callbackUrl).toBeNull();
  expect(problemsOf({ CALLBACK_URL: "api.example.com" })).toEqual(["CALLBACK_URL"]);
});

function problemsOf(environment: Record<string, string>): string[] {
  return refusal(environment).problems.map(({ variable }) => variable);
}

function refusal(environment: Record<string, string>): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const local = { LOCAL_QWEN_BASE_URL: "http://127.0.0.1:8000/v1", LOCAL_QWEN_MODELS: "Qwen/Qwen3-8B" };

test.each([
  ["cloud_qwen", { CLOUD_QWEN_API_KEY: "k" }],
  ["openai_chat", { OPENAI_CHAT_API_KEY: "k" }],
  ["local_qwen", local],
  ["local_qwen_vl", { LOCAL_QWEN_VL_BASE_URL: "http://127.0.0.1:11434/api", LOCAL_QWEN_VL_MODELS: "qwen3-vl:8b" }],
] as const)("%s is told how long an answer may be, and how long it may be silent", (id, given) => {
  const name = id.toUpperCase();
  const bounds = { [`${name}_MAX_TOKENS`]: "4096", [`${name}_IDLE_SECONDS`]: "30" };
  const { vendors } = readConfig({ VENDOR_KEYS: JSON.stringify({ ...given, ...bounds }) });
  expect(vendors[id]).toMatchObject({ maxTokens: 4096, idleMs: 30_000 });
  expect(readConfig(given).vendors[id]).not.toHaveProperty("maxTokens");
  for (const tokens of ["0", "99", "1.5", "1e4", "-4096", "many", "10000000"]) {
    expect(problemsOf({ ...given, [`${name}_MAX_TOKENS`]: tokens })).toEqual([`${name}_MAX_TOKENS`]);
  }
  for (const seconds of ["0", "291", "1.5", "long"]) {
    expect(problemsOf({ ...given, [`${name}_IDLE_SECONDS`]: seconds })).toEqual([`${name}_IDLE_SECONDS`]);
  }
});

test.each(["Qwen/Qwen3-8B", "qwen3:8b", "a", "7b, 8b", "a".repeat(128)])(
  "%s can be a model and a name in PRICES",
  (ids) => {
    const { vendors } = readConfig({ ...local, LOCAL_QWEN_MODELS: ids });
    for (const id of vendors.local_qwen?.modelIds ?? []) expect(isPriceKey(`local_qwen/${id}`)).toBe(true);
  },
);

test.each(["_x", "-x", ".x", "/x", ":x", "a,_x", "a".repeat(129), "a b"])(
  "a model that is called %s is refused",
  (ids) => {
    expect(problemsOf({ ...local, LOCAL_QWEN_MODELS: ids })).toEqual(["LOCAL_QWEN_MODELS"]);
  },
);
