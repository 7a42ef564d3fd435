// What a log line never says: the value of every setting that is a secret, however it is written there.
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { variables } from "../../shared/config/variables.ts";
import { secretsOf } from "../../shared/runtime/composing/secrets.ts";
import { createRedact } from "../../shared/runtime/telling/redact.ts";
import { createAuthority } from "../servers/authority.ts";

const authority = createAuthority();
afterAll(() => authority.close());
const { certificates, privateKey } = authority.issue();

/** What has to stand beside a secret for it to be in use. */
const beside: Readonly<Record<string, Record<string, string>>> = {
  JWT: {},
  C2PA: { C2PA_CERTIFICATE: certificates },
  MODERATION: { MODERATION: "openai", MODERATION_API_KEY: "sk-moderation" },
  OSS: {
    ...{ STORAGE_PROVIDER: "oss", OSS_BUCKET: "b-1", OSS_REGION: "cn-hangzhou" },
    ...{ OSS_ACCESS_KEY_ID: "id", OSS_ACCESS_KEY_SECRET: "of-oss-1" },
  },
  S3: {
    ...{ STORAGE_PROVIDER: "s3", S3_BUCKET: "films", S3_REGION: "eu-central-1" },
    ...{ S3_ACCESS_KEY_ID: "id", S3_SECRET_ACCESS_KEY: "of-s3-123" },
  },
  TABLESTORE: {
    ...{ TABLE_PROVIDER: "tablestore", TABLESTORE_INSTANCE: "dreams" },
    TABLESTORE_ENDPOINT: "https://dreams.cn-hangzhou.ots.aliyuncs.com",
    ...{ TABLESTORE_ACCESS_KEY_ID: "id", TABLESTORE_ACCESS_KEY_SECRET: "of-ots-1" },
  },
  AWS: {
    ...{ TABLE_PROVIDER: "dynamodb", AWS_REGION: "eu-central-1" },
    ...{ AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "of-aws-1" },
  },
  STRIPE: {
    ...{ STRIPE_SECRET_KEY: "sk_test_0123456789abcdef", STRIPE_WEBHOOK_SECRET: "whsec_0123456789abcdef" },
    CREDIT_PACKS: '[{"id":"small","credits":500,"amount":499,"currency":"usd"}]',
    CREDITS_RETURN_URL: "https://app.example.com/credits",
  },
  DASHSCOPE: { DASHSCOPE_API_KEY: "sk-dashscope" },
  KLING: { KLING_API_KEY: "ak-kling", KLING_SECRET_KEY: "sk-kling" },
  LOCAL: {
    ...{ LOCAL_QWEN_BASE_URL: "http://127.0.0.1:1/v1", LOCAL_QWEN_MODELS: "a" },
    ...{ LOCAL_QWEN_VL_BASE_URL: "http://127.0.0.1:1/v1", LOCAL_QWEN_VL_MODELS: "a" },
  },
};

/** What a secret has to begin with. */
const beginnings: Readonly<Record<string, string>> = {
  STRIPE_SECRET_KEY: "sk_test_",
  STRIPE_WEBHOOK_SECRET: "whsec_",
};

const secrets = Object.keys(variables).filter((name) => /(KEY|SECRET|TOKEN|PASSWORD)$/.test(name));

test("there are many", () => expect(secrets.length).toBeGreaterThan(20));

test.each(secrets)("%s is hidden wherever it stands", (name) => {
  const value =
    name === "C2PA_PRIVATE_KEY"
      ? privateKey
      : `${beginnings[name] ?? ""}a_rather_long_secret_value_of_${name.toLowerCase()}`;
  const config = readConfig({ ...beside[name.split("_")[0] ?? ""], [name]: value });
  const redact = createRedact(secretsOf(config, config.jwtSecret ?? ""));
  for (const written of [value, `it said "${value}".`, value.replaceAll("\n", "\\n"), value.replaceAll("\n", "\r\n")]) {
    const line = JSON.stringify(redact({ message: written, error: new Error(written) }));
    expect(line).toContain("[redacted]");
    for (const part of value.split("\n").filter((each) => each.length >= 8 && !each.startsWith("-----"))) {
      expect(line).not.toContain(part);
    }
  }
});
