// s.yaml and s.domain.yaml: what their CLI makes of them, without an account and without a network.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { type DomainProps, domainOnAlibabaCloud } from "./aliyun/domain.ts";
import { environmentOnAlibabaCloud } from "./aliyun/environment.ts";
import { functionsOnAlibabaCloud } from "./aliyun/functions.ts";
import { mistakes } from "./aliyun/mistakes.ts";
import { type FunctionProps, preview } from "./aliyun/preview.ts";
import { rolesOnAlibabaCloud } from "./aliyun/roles.ts";
import { createPropsCheck } from "./aliyun/strict-schema.ts";

const vendorKey = `100% \${x} 小`;

const settings = {
  ...{ ALIBABA_CLOUD_REGION: "ap-southeast-1", ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456", APP_NAME: "dreams" },
  ...{
    OSS_BUCKET: "dreams-example",
    TABLESTORE_INSTANCE: "dreams",
    LOG_PROJECT: "dream-logs",
    STORE_ACCESS: "private",
  },
  ...{ JWT_SECRET: `+/="'<&>$ ${"x".repeat(32)}`, PRICES: '{"sketch":2,"import":1}', WELCOME_CREDITS: "50" },
  ...{ VENDOR_KEYS: `{"DASHSCOPE_API_KEY":"${vendorKey}"}`, CALLBACK_URL: "https://api.example.com" },
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
    JWT_SECRET,
    VENDOR_KEYS,
    ...own
  } = settings;
  for (const [name, { props }] of Object.entries(settled.resources)) {
    expect(props).toMatchObject({ region: ALIBABA_CLOUD_REGION, functionName: `${APP_NAME}-${name}` });
    expect(props.role).toContain(`acs:ram::${ALIBABA_CLOUD_ACCOUNT_ID}:role/${APP_NAME}-`);
    expect(props.logConfig).toMatchObject({ project: LOG_PROJECT });
    expect(props.environmentVariables).toMatchObject(own);
    const config = readConfig(props.environmentVariables);
    expect([config.jwtSecret, config.vendors.dashscope?.apiKey]).toEqual([JWT_SECRET, vendorKey]);
    expect(props.environmentVariables).not.toHaveProperty("VENDOR_KEYS");
  }
});

test.each([
  ["what `s` would read as its own", `\${x} \${vars.app} \${env('HOME')} $\${x} \${`],
  ["what is encoded already", "100%24 %zz %"],
  ["what YAML and shells read", `# : - {a: [1]} * & ! @ \`$(id)\` 'a' "b" \\n \\`],
  ["lines and other scripts", "first\nsecond\t小"],
])("a secret reaches the functions as it is, with %s in it", async (_what, text) => {
  const secret = `${text}${"x".repeat(32)}`;
  const own = { JWT_SECRET: secret, VENDOR_KEYS: JSON.stringify({ FAL_API_KEY: secret }) };
  const { resources } = await preview<FunctionProps>("s.yaml", { ...settings, ...own });
  const { jwtSecret, vendors } = readConfig(resources.health?.props.environmentVariables ?? {});
  expect([jwtSecret, vendors.fal?.apiKey]).toEqual([secret, secret]);
});

test.each(["s.yaml", "s.domain.yaml"])("what is set but empty is as if it were not set, in %s", async (manifest) => {
  const names = [...readFileSync(manifest, "utf8").matchAll(/env\('(\w+)'/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(4);
  const empty = await preview(manifest, Object.fromEntries(names.map((name) => [name, ""])));
  expect(empty.resources).toEqual((manifest === "s.yaml" ? plain : domain).resources);
});
