// s.yaml and s.domain.yaml: what their CLI makes of them, without an account and without a network.
import { describe, expect, test } from "vitest";
import { type DomainProps, domainOnAlibabaCloud } from "./aliyun/domain.ts";
import { environmentOnAlibabaCloud } from "./aliyun/environment.ts";
import { functionsOnAlibabaCloud } from "./aliyun/functions.ts";
import { mistakes } from "./aliyun/mistakes.ts";
import { type FunctionProps, preview } from "./aliyun/preview.ts";
import { rolesOnAlibabaCloud } from "./aliyun/roles.ts";
import { createPropsCheck } from "./aliyun/strict-schema.ts";

const settings = {
  ...{ ALIBABA_CLOUD_REGION: "ap-southeast-1", ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456", APP_NAME: "dreams" },
  ...{
    OSS_BUCKET: "dreams-example",
    TABLESTORE_INSTANCE: "dreams",
    LOG_PROJECT: "dream-logs",
    STORE_ACCESS: "private",
  },
  ...{ JWT_SECRET: `+/="'<&>$ ${"x".repeat(32)}`, PRICES: '{"sketch":2,"import":1}', WELCOME_CREDITS: "50" },
  ...{ DOMAIN_NAME: "api.example.com", CERT_ID: "4711" },
};

// With an empty environment, and with whatever can be said.
const [plain, settled, domain, settledDomain] = await Promise.all([
  preview<FunctionProps>("s.yaml"),
  preview<FunctionProps>("s.yaml", settings),
  preview<DomainProps>("s.domain.yaml"),
  preview<DomainProps>("s.domain.yaml", settings),
]);

functionsOnAlibabaCloud(plain);
environmentOnAlibabaCloud(plain);
rolesOnAlibabaCloud(plain);
domainOnAlibabaCloud(domain, settledDomain);

describe("the properties of a function", () => {
  const check = createPropsCheck();

  test("are all that fc3 knows, of the kind that it wants", () => {
    for (const { resources } of [plain, settled]) {
      for (const [name, { props }] of Object.entries(resources)) expect([name, check(props)]).toEqual([name, []]);
    }
  });

  test.for(mistakes)("$name would be seen", ({ into, change, says }) => {
    const props = plain.resources[into]?.props;
    if (!props) throw new Error(`s.yaml has no ${into}`);
    expect(check(change(props)).join("\n")).toContain(says);
  });
});

test("both manifests are resolved without asking anybody", () => {
  expect([plain, settled, domain, settledDomain].flatMap(({ run }) => run.connections)).toEqual([]);
});

test("what the operator says reaches every function as it was said", () => {
  const {
    DOMAIN_NAME: _,
    CERT_ID: __,
    ALIBABA_CLOUD_REGION,
    ALIBABA_CLOUD_ACCOUNT_ID,
    APP_NAME,
    LOG_PROJECT,
    ...own
  } = settings;
  for (const [name, { props }] of Object.entries(settled.resources)) {
    expect(props).toMatchObject({ region: ALIBABA_CLOUD_REGION, functionName: `${APP_NAME}-${name}` });
    expect(props.role).toContain(`acs:ram::${ALIBABA_CLOUD_ACCOUNT_ID}:role/${APP_NAME}-`);
    expect(props.logConfig).toMatchObject({ project: LOG_PROJECT });
    expect(props.environmentVariables).toMatchObject(own);
  }
});
