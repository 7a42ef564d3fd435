// serverless.yml: what its CLI makes of it, without an account and without a network.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bucketAndTableOnAws } from "./aws/bucket-and-table.ts";
import { budgetOnAws } from "./aws/budget.ts";
import { deployed } from "./aws/deployed.ts";
import { environmentOnAws } from "./aws/environment.ts";
import { eventsOnAws } from "./aws/events.ts";
import { functionsOnAws } from "./aws/functions.ts";
import { mistakes } from "./aws/mistakes.ts";
import { packageForAws, printForAws } from "./aws/package.ts";
import { rolesOnAws } from "./aws/roles.ts";
import { templateProblems } from "./aws/specification.ts";

const secret = "a secret of whoever deploys, 32 bytes long";

const settings = {
  S3_BUCKET: "dreams-example",
  TABLE_NAME: "dreams",
  STORE_ACCESS: "public",
  CORS_ORIGINS: "https://app.example,http://localhost:5173",
  PRICES: '{"sketch":2,"import":1}',
  JWT_SECRET: secret,
  VENDORS: "dashscope,fal",
  VENDOR_KEYS: `{"FAL_API_KEY":"${secret}"}`,
  FAL_API_KEY: secret,
  CALLBACK_URL: "https://api.example.com",
};

// With an empty environment, and with whatever can be said.
const [plain, settled] = await Promise.all([
  packageForAws(),
  packageForAws(settings, [
    ...["reserve=true", "jwtSecret=dreams/jwt", "vendorKeys=dreams/vendors", "logDays=7"],
    ...["budget=20", "budgetEmail=ada@example.com"],
  ]),
]);
const onPlain = deployed(plain.template);
const onSettled = deployed(settled.template);
const place = { bucket: "dream-factory-dev-123456789012-eu-central-1", table: "dream_factory_dev" };

functionsOnAws(onPlain, plain.artefacts);
eventsOnAws(onPlain, place.bucket);
rolesOnAws(onPlain, place.bucket, place.table);
environmentOnAws(onPlain, null);
bucketAndTableOnAws(onPlain, { access: "private", corsOrigins: [], ...place });

rolesOnAws(onSettled, "dreams-example", "dreams");
environmentOnAws(onSettled, "dreams/vendors");
bucketAndTableOnAws(onSettled, {
  access: "public",
  corsOrigins: ["https://app.example", "http://localhost:5173"],
  bucket: "dreams-example",
  table: "dreams",
});

budgetOnAws(plain.template, settled.template);

describe("the template", () => {
  test("is made without asking anybody", () => {
    expect([...plain.run.connections, ...settled.run.connections]).toEqual([]);
  });

  test("comes with a zip for each function, as deploying looks for them", () => {
    expect([plain.areOwn, settled.areOwn]).toEqual([true, true]);
  });

  test("says nothing that CloudFormation does not know", () => {
    expect(templateProblems(plain.template)).toEqual([]);
    expect(templateProblems(settled.template)).toEqual([]);
  });

  test.for(mistakes)("$name would be seen", ({ make, says }) => {
    const broken = structuredClone(plain.template);
    make(broken);
    expect(templateProblems(broken).join("\n")).toContain(says);
  });

  test("leaves room below CloudFormation's 500 resources and IAM's 10,240 characters for a role", () => {
    expect(Object.keys(plain.template.Resources).length).toBeLessThan(490);
    for (const [id, { Policies }] of onPlain.all("AWS::IAM::Role")) {
      // Log groups come as their names; in full they are `arn:aws:logs:ap-southeast-1:123456789012:log-group:/aws/lambda/dream-factory-dev-…`.
      const names = JSON.stringify(Policies).replaceAll(
        /"(\w+)LogGroup\.Arn"/g,
        (_, name) => `"${"a".repeat(80)}${name}"`,
      );
      expect([id, names.length < 9000]).toEqual([id, true]);
    }
  });
});

describe("what is said by settings and params", () => {
  test("nothing is reserved unless it is said so: a new account has ten executions", () => {
    const reserved = [...onPlain.functions].filter(([, each]) => each.ReservedConcurrentExecutions !== undefined);
    expect(reserved).toEqual([]);
  });

  test("with reservations, what is no part of the API and its streams take less than two thirds of a thousand, and run-job a third", () => {
    const reserved = [...onSettled.functions].flatMap(([name, { ReservedConcurrentExecutions: count }]) =>
      count === undefined ? [] : [[name, count]],
    );
    expect(Object.fromEntries(reserved)).toEqual({
      ...{ "run-job": 333, "run-assembly": 50, "persist-output": 100, "check-upload": 50, "job-events": 100 },
      ...{ "poll-tasks": 16, "deliver-webhooks": 2, "purge-temp": 2 },
    });
  });

  test("the environment of whoever deploys reaches the functions, their secret does not", () => {
    const variables = onSettled.functions.get("run-job")?.Environment;
    const { JWT_SECRET: _, VENDORS: __, VENDOR_KEYS: ___, FAL_API_KEY: ____, ...open } = settings;
    expect(variables).toMatchObject({
      Variables: {
        ...open,
        JWT_SECRET: "{{resolve:secretsmanager:dreams/jwt:SecretString}}",
        VENDOR_KEYS: "{{resolve:secretsmanager:dreams/vendors:SecretString}}",
      },
    });
    expect(JSON.stringify(settled.template)).not.toContain(secret);
  });

  test("vendors call the HTTP API itself unless another address is said", () => {
    const address = ([, { Environment }]: [string, Record<string, unknown>]) =>
      (Environment as { Variables: Record<string, string> }).Variables.CALLBACK_URL;
    expect(new Set([...onPlain.functions].map(address))).toEqual(new Set(["HttpApi.ApiEndpoint"]));
    expect(new Set([...onSettled.functions].map(address))).toEqual(new Set(["https://api.example.com"]));
  });

  test("what is set but blank is as if it were not set, whatever it is", async () => {
    const names = [...readFileSync("serverless.yml", "utf8").matchAll(/set\.cjs\):(\w+)/g)].map(
      ([, name = ""]) => name,
    );
    expect(names).toEqual(expect.arrayContaining(["S3_BUCKET", "TABLE_NAME", "STORE_ACCESS", "AWS_REGION"]));
    const blank = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    const printed = [{}, blank(""), blank("  ")].map((set) => printForAws(set));
    const [unset = "", ...others] = await Promise.all(printed);
    expect(unset).toContain("storeAccess: private");
    for (const other of others) expect(other).toBe(unset);
  });

  test("no setting is taken from the environment in a way that keeps an empty one", () => {
    const manifests = ["serverless.yml", ...readdirSync("deploy/aws").map((name) => `deploy/aws/${name}`)];
    for (const path of manifests.filter((path) => path.endsWith(".yml"))) {
      expect([path, readFileSync(path, "utf8").match(/\$\{env:/g)]).toEqual([path, null]);
    }
  });

  test("logs may be kept for another time", () => {
    const days = onSettled.all("AWS::Logs::LogGroup").map(([, { RetentionInDays }]) => RetentionInDays);
    expect(new Set(days)).toEqual(new Set([7]));
  });
});
