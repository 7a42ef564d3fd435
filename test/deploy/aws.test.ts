// Deploying on AWS, against an account on this machine: what is asked, what is made, and that the same line goes on where an earlier one failed.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openAwsAccount } from "../../scripts/deploy/aws/account.ts";
import { healStack } from "../../scripts/deploy/aws/stack.ts";
import { type AwsWish, awsSteps } from "../../scripts/deploy/aws/steps.ts";
import { deployedSettings } from "../../scripts/deploy/settings.ts";
import { type Done, takeSteps } from "../../scripts/deploy/steps.ts";
import { runScript } from "../scripts/run-script.ts";
import { type AwsAccountServer, environmentOf, startAwsAccount, storedObject } from "../servers/aws-account/server.ts";
import { stackIn } from "../servers/aws-account/stacks.ts";
import { layerZip } from "./layer-zip.ts";
import { type StandIn, standInFor } from "./stand-in.ts";

let server: AwsAccountServer;
let checkout: StandIn;

beforeEach(async () => {
  server = await startAwsAccount();
  checkout = await standInFor(["serverless"]);
  // The vendor's SDK finds its settings there.
  const before = { ...process.env };
  Object.assign(process.env, environmentOf(server));
  return async () => {
    process.env = before;
    await server.close();
    await checkout[Symbol.asyncDispose]();
  };
});

const bucket = "dream-factory-dev-123456789012-eu-central-1";
const reading = /^(sts|.* (Get|Describe|List|Scan)|s3 GET|s3 HEAD|lambda GET)/;

async function take(isWanted: boolean, wish: Partial<AwsWish> = {}, settings: Record<string, string> = {}) {
  const account = await openAwsAccount("eu-central-1", process.env);
  const environment = deployedSettings({ ...checkout.environment, ...environmentOf(server), ...settings });
  const whole: AwsWish = {
    ...{ root: checkout.root, environment, isJson: true, stage: "dev", reserves: false, budget: null },
    ...{ vendorKeys: null, ffmpeg: null, ...wish },
  };
  const done = await takeSteps(awsSteps(account, whole), isWanted, () => {});
  return { done, of: (name: string) => done.find((each) => each.name === name) as Done };
}

test("without --yes everything is looked at, and nothing is made, sent or started", async () => {
  const { done } = await take(false);
  expect(done.map(({ name, state }) => [name, state])).toEqual([
    ["access to files", "there"],
    ["secret for tokens", "todo"],
    ["stack", "there"],
    ["remains", "there"],
    ["zips", "todo"],
    ["deployment", "todo"],
    ["endpoints", "todo"],
    ["doctor", "todo"],
  ]);
  expect(server.calls.filter((call) => !reading.test(call))).toEqual([]);
  expect(await checkout.called()).toEqual([]);
});

test("from nothing: secret, zips, the deployment with its settings, endpoints, a look at it, in that order", async () => {
  const { done } = await take(true, { reserves: true, budget: { amount: "20", email: "ada@example.com" } });
  expect(done.map(({ state }) => state)).toEqual(["there", "made", "there", "there", "made", "made", "made", "made"]);
  const { text = "" } = server.secrets.get("dream-factory/dev/jwt-secret") ?? {};
  expect(Buffer.from(text, "base64").length).toBe(48);
  const called = await checkout.called();
  expect(called.map(({ program }) => program)).toEqual(["build", "serverless", "endpoints", "doctor"]);
  const [build, deployment, endpoints, doctor] = called;
  expect(build?.args).toEqual(["aws"]);
  expect(deployment?.args).toEqual([
    ...["deploy", "--stage", "dev", "--region", "eu-central-1", "--param", "reserve=true"],
    ...["--param", "budget=20", "--param", "budgetEmail=ada@example.com"],
  ]);
  expect(deployment?.environment).toMatchObject({ STORE_ACCESS: "private", AWS_REGION: "eu-central-1" });
  expect(JSON.stringify(called)).not.toContain(text);
  expect(endpoints?.args).toEqual(["aws", "--stack", "dream-factory-dev", "--region", "eu-central-1"]);
  expect(doctor?.args).toEqual(["--endpoints", "endpoints.json"]);
});

test("again: the secret stays as it is", async () => {
  await take(true);
  const { text } = server.secrets.get("dream-factory/dev/jwt-secret") ?? {};
  const { of } = await take(true);
  expect(of("secret for tokens").state).toBe("there");
  expect(server.secrets.get("dream-factory/dev/jwt-secret")?.text).toBe(text);
});

test("a deployment that fails ends it there, and says how to see why", async () => {
  await checkout.fail("serverless", 1);
  const { of } = await take(true);
  expect(of("deployment")).toMatchObject({
    state: "failed",
    said: expect.stringContaining("npm run deploy:aws -- --stage dev"),
  });
  expect(of("doctor").state).toBe("not reached");
  expect((await checkout.called()).map(({ program }) => program)).toEqual(["build", "serverless"]);
});

describe("what lacks and only the operator has stops it with a sentence", () => {
  test("keys of vendors that are named but are nowhere", async () => {
    const { of } = await take(true, {}, { VENDORS: "fal" });
    expect(of("keys of vendors")).toMatchObject({ state: "stopped", said: expect.stringContaining("--vendor-keys") });
    expect(await checkout.called()).toEqual([]);
  });

  test("a secret that is marked for deletion", async () => {
    server.secrets.set("dream-factory/dev/jwt-secret", { text: "x".repeat(40), isEnding: true });
    expect((await take(true)).of("secret for tokens")).toMatchObject({
      state: "stopped",
      said: expect.stringContaining("restore-secret"),
    });
  });

  test("a secret that is too short", async () => {
    server.secrets.set("dream-factory/dev/jwt-secret", { text: "short" });
    expect((await take(true)).of("secret for tokens")).toMatchObject({
      state: "stopped",
      said: expect.stringContaining("32 bytes"),
    });
  });

  test("public files where the account blocks them; private ones need nothing", async () => {
    server.publicAccessBlock = ["BlockPublicAcls", "BlockPublicPolicy"];
    expect((await take(true, {}, { STORE_ACCESS: "public" })).of("access to files")).toMatchObject({
      state: "stopped",
      said: expect.stringContaining("BlockPublicPolicy"),
    });
    expect((await take(true)).of("access to files").state).toBe("there");
  });

  test("a name of a bucket that is somebody else's", async () => {
    server.foreignBuckets.add(bucket);
    expect((await take(true)).of("remains")).toMatchObject({
      state: "failed",
      said: expect.stringContaining("S3_BUCKET"),
    });
  });

  test("a stack on which somebody works", async () => {
    server.stacks.set("dream-factory-dev", stackIn("UPDATE_IN_PROGRESS"));
    expect((await take(true)).of("stack")).toMatchObject({ state: "stopped", said: expect.stringContaining("Wait") });
  });
});

test("keys of vendors are written from a file, written anew when it says something else, and else left alone", async () => {
  const file = join(checkout.root, "keys.json");
  const states: string[] = [];
  for (const text of ['{"FAL_API_KEY":"a"}', '{ "FAL_API_KEY": "a" }', '{"FAL_API_KEY":"b"}']) {
    await writeFile(file, text);
    states.push((await take(true, { vendorKeys: file }, { VENDORS: "fal" })).of("keys of vendors").state);
  }
  expect(states).toEqual(["made", "there", "made"]);
  expect(server.secrets.get("dream-factory/dev/vendor-keys")?.text).toBe('{"FAL_API_KEY":"b"}');
});

describe("what a deployment left that failed half-way", () => {
  test("a first one: the stack, its table and its bucket go, and it is deployed", async () => {
    const events = [
      { id: "dream-factory-dev", type: "AWS::CloudFormation::Stack", status: "CREATE_IN_PROGRESS", reason: "" },
      { id: "HttpApi", type: "AWS::ApiGatewayV2::Api", status: "CREATE_FAILED", reason: "Access denied" },
      { id: "Table", type: "AWS::DynamoDB::Table", status: "CREATE_FAILED", reason: "Resource creation cancelled" },
    ];
    server.stacks.set("dream-factory-dev", stackIn("ROLLBACK_COMPLETE", { events }));
    server.tables.set("dream_factory_dev", { items: 0, isProtected: true });
    server.buckets.set(bucket, new Map());
    for (const name of ["health", "login", "run-job"]) server.logGroups.set(`/aws/lambda/dream-factory-dev-${name}`, 0);

    const looked = await take(false);
    expect(looked.of("stack")).toMatchObject({
      state: "todo",
      said: expect.stringContaining("HttpApi CREATE_FAILED: Access denied"),
    });
    expect(looked.of("stack").said).not.toContain("cancelled");
    expect(looked.of("remains").state).toBe("todo");
    expect(server.tables.size).toBe(1);

    const { of } = await take(true);
    expect(of("doctor").state).toBe("made");
    expect([server.stacks.size, server.tables.size, server.buckets.size, server.logGroups.size]).toEqual([0, 0, 0, 0]);
  });

  test("one that was killed before it began: its stack holds nothing, and goes", async () => {
    server.stacks.set("dream-factory-dev", stackIn("REVIEW_IN_PROGRESS"));
    const looked = await take(false);
    expect(looked.of("stack")).toMatchObject({ state: "todo", said: expect.stringContaining("REVIEW_IN_PROGRESS") });
    expect(server.stacks.size).toBe(1);
    const { of } = await take(true);
    expect([of("stack").state, of("doctor").state, server.stacks.size]).toEqual(["made", "made", 0]);
  });

  test("one that has not begun and holds something is somebody's to look at", async () => {
    const resources = new Map([["Table", "dream_factory_dev"]]);
    server.stacks.set("dream-factory-dev", stackIn("REVIEW_IN_PROGRESS", { resources }));
    expect((await take(true)).of("stack")).toMatchObject({
      state: "stopped",
      said: expect.stringContaining("holds Table: look at it in the console"),
    });
    expect([server.stacks.size, await checkout.called()]).toEqual([1, []]);
  });

  test("one that begins in that moment is left alone", async () => {
    const stack = stackIn("REVIEW_IN_PROGRESS");
    server.stacks.set("dream-factory-dev", stack);
    const account = await openAwsAccount("eu-central-1", process.env);
    const heal = healStack(account, "dream-factory-dev", 1);
    expect((await heal.look()).state).toBe("todo");
    for (const status of ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]) {
      stack.status = status;
      await expect(heal.make()).rejects.toThrow(`dream-factory-dev is ${status} by now: somebody deploys`);
    }
    expect(server.stacks.size).toBe(1);
  });

  test("an update that could not go back: it is tried again, and then deployed", async () => {
    server.stacks.set("dream-factory-dev", stackIn("UPDATE_ROLLBACK_FAILED"));
    const { of } = await take(true);
    expect([of("stack").state, of("doctor").state]).toEqual(["made", "made"]);
    expect(server.stacks.get("dream-factory-dev")?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
  });

  test("one that still cannot is told, and nothing is deployed over it", async () => {
    server.stacks.set("dream-factory-dev", stackIn("UPDATE_ROLLBACK_FAILED", { endsAs: "UPDATE_ROLLBACK_FAILED" }));
    expect((await take(true)).of("stack")).toMatchObject({
      state: "failed",
      said: expect.stringContaining("UPDATE_ROLLBACK_FAILED"),
    });
    expect(await checkout.called()).toEqual([]);
  });

  test.for([
    ["table", () => server.tables.set("dream_factory_dev", { items: 1, isProtected: true }), "TABLE_NAME"],
    ["bucket", () => server.buckets.set(bucket, new Map([["users/1/a.png", storedObject("x")]])), "S3_BUCKET"],
    ["log group", () => server.logGroups.set("/aws/lambda/dream-factory-dev-health", 5), "delete-log-group"],
  ] as const)("a %s that holds something is never removed", async ([, leave, advice]) => {
    leave();
    expect((await take(true)).of("remains")).toMatchObject({ state: "stopped", said: expect.stringContaining(advice) });
    expect(server.tables.size + server.buckets.size + server.logGroups.size).toBe(1);
    expect(await checkout.called()).toEqual([]);
  });

  test("what the stack owns is no remains", async () => {
    const resources = new Map([
      ["Table", "dream_factory_dev"],
      ["Bucket", bucket],
      ["Log", "/aws/lambda/dream-factory-dev-health"],
    ]);
    server.stacks.set("dream-factory-dev", stackIn("UPDATE_COMPLETE", { resources }));
    server.tables.set("dream_factory_dev", { items: 7, isProtected: true });
    server.buckets.set(bucket, new Map([["a", storedObject("x")]]));
    server.logGroups.set("/aws/lambda/dream-factory-dev-health", 5);
    expect((await take(true)).of("remains").state).toBe("there");
  });
});

describe("an ffmpeg of the operator's", () => {
  test("is published once, and functions are told where it is", async () => {
    const [place, zip] = [join(checkout.root, "layer.zip"), layerZip()];
    await writeFile(place, zip);
    for (let at = 0; at < 3; at++)
      server.layers.push({ Description: "another", LayerVersionArn: `arn:${at}`, bytes: Buffer.alloc(0) });
    const first = await take(true, { ffmpeg: { place, sha256: createHash("sha256").update(zip).digest("hex") } });
    const again = await take(true, { ffmpeg: { place, sha256: null } });
    expect([first.of("ffmpeg").state, again.of("ffmpeg").state]).toEqual(["made", "there"]);
    expect(server.layers.length).toBe(4);
    expect(server.layers[3]?.bytes.equals(zip)).toBe(true);
    const deployments = (await checkout.called()).filter(({ program }) => program === "serverless");
    for (const { environment } of deployments)
      expect(environment).toMatchObject({
        FFMPEG_LAYER: "arn:aws:lambda:eu-central-1:123456789012:layer:dream-factory-ffmpeg:4",
        FFMPEG_PATH: "/opt/bin/ffmpeg",
      });
  });

  test.for([
    ["another file", layerZip(), "0".repeat(64), "another file"],
    ["no zip", Buffer.from("PK nothing"), null, "cannot be unpacked"],
    ["another name", layerZip({ name: "ffmpeg" }), null, "no bin/ffmpeg"],
    ["another machine", layerZip({ machine: 183 }), null, "x86"],
    ["no right to run", layerZip({ mode: 0o644 }), null, "may not be run"],
  ] as const)("that is %s is not published", async ([, zip, sha256, said]) => {
    const place = join(checkout.root, "layer.zip");
    await writeFile(place, zip);
    expect((await take(true, { ffmpeg: { place, sha256 } })).of("ffmpeg")).toMatchObject({
      state: "failed",
      said: expect.stringContaining(said),
    });
    expect(server.layers).toEqual([]);
  });

  test("from a URL has to be named by its hash", async () => {
    const { of } = await take(true, { ffmpeg: { place: `${server.url}/layer.zip`, sha256: null } });
    expect(of("ffmpeg")).toMatchObject({ state: "failed", said: expect.stringContaining("--ffmpeg-sha256") });
  });
});

test("a call that AWS refuses is told with its words; the same line goes on", async () => {
  const message = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: secretsmanager:CreateSecret";
  server.faults.push({ call: "secretsmanager CreateSecret", status: 400, code: "AccessDeniedException", message });
  expect((await take(true)).of("secret for tokens")).toMatchObject({
    state: "failed",
    said: expect.stringContaining(message),
  });
  expect((await take(true)).of("doctor").state).toBe("made");
});

describe("as a command", () => {
  const script = "scripts/deploy-aws.ts";

  test("tells what there is in JSON, with the account, and ends with 0", async () => {
    const { code, stdout } = await runScript(script, ["--json"], "/nowhere", environmentOf(server));
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        cloud: "aws",
        account: "123456789012",
        region: "eu-central-1",
        stage: "dev",
        isFine: true,
        isDone: false,
        address: null,
      },
    ]);
  });

  test("in lines, and ends with 1 where something stands against it", async () => {
    server.stacks.set("dream-factory-prod", stackIn("UPDATE_IN_PROGRESS"));
    const { code, stdout } = await runScript(script, ["--stage", "prod"], "/nowhere", environmentOf(server));
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^STOP {4}stack: dream-factory-prod is UPDATE_IN_PROGRESS/m),
    ]);
    expect(stdout).toContain("say the same line again");
  });

  test("settings that functions would not take are told before anybody is asked", async () => {
    const environment = { ...environmentOf(server), PRICES: "{", MAX_ACTIVE_JOBS: "-1" };
    const { code, stderr } = await runScript(script, [], "/nowhere", environment);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/PRICES[\s\S]*MAX_ACTIVE_JOBS|MAX_ACTIVE_JOBS[\s\S]*PRICES/),
    ]);
    expect(server.requests).toEqual([]);
  });

  test.for<[string, string[], string]>([
    ["--region", ["--region", "eu-central-1"], ""],
    ["the profile", [], "[default]\nregion = eu-central-1\n"],
    ["--region, which goes before the profile", ["--region", "eu-central-1"], "[default]\nregion = us-east-1\n"],
  ])("without AWS_REGION the region is that of %s", async ([, args, profile]) => {
    const { AWS_REGION: _, ...environment } = environmentOf(server);
    delete process.env.AWS_REGION;
    const AWS_CONFIG_FILE = join(checkout.root, "aws-config");
    await writeFile(AWS_CONFIG_FILE, profile);
    const { code, stdout, stderr } = await runScript(script, [...args, "--json"], "/nowhere", {
      ...environment,
      AWS_CONFIG_FILE,
    });
    expect([code, stderr.includes("REGION")]).toEqual([0, false]);
    expect(JSON.parse(stdout)).toMatchObject({ region: "eu-central-1", isFine: true });
  });

  test("where no region is told, it asks for one", async () => {
    const { AWS_REGION: _, ...environment } = environmentOf(server);
    delete process.env.AWS_REGION;
    const { code, stderr } = await runScript(script, [], "/nowhere", { ...environment, HOME: "/nowhere" });
    expect([code, stderr]).toEqual([1, "In which region? Say --region, or set AWS_REGION.\n"]);
    expect(server.requests).toEqual([]);
  });

  test("without a key, and with a wrong one", async () => {
    const { AWS_ENDPOINT_URL, AWS_REGION } = environmentOf(server) as Record<string, string>;
    const none = {
      AWS_ENDPOINT_URL,
      AWS_REGION,
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: "/nowhere",
    };
    const without = await runScript(script, [], "/nowhere", none as Record<string, string>);
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("There are no AWS credentials")]);
    const wrong = await runScript(script, [], "/nowhere", { ...environmentOf(server), AWS_SECRET_ACCESS_KEY: "other" });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("SignatureDoesNotMatch")]);
  });

  test.for([
    [["--yes", "--dry-run"]],
    [["--stage", "Dev"]],
    [["--budget", "20"]],
    [["--budget", "x", "--budget-email", "a@b"]],
  ])("%j is not understood", async ([args]) => {
    const { code, stderr } = await runScript(script, args ?? [], "/nowhere", environmentOf(server));
    expect([code, stderr]).toEqual([2, expect.stringContaining("Usage:")]);
  });
});
