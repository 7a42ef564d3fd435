// Deploying on Alibaba Cloud, against an account on this machine: what is asked, what is made, and that the same line goes on where an earlier one failed.
// `s` is a stand-in, unlike `serverless` in whole-aws.long.ts. One thing prevents the real one: it knows nothing of Function Compute by itself, and downloads the
// component `fc3` from api.devsapp.cn, as a zip that is in no registry of packages; without that `s deploy` ends before it asks the cloud for anything. With it,
// FC_CLIENT_CUSTOM_ENDPOINT would bring its calls to a server on this machine (fc3, src/resources/fc/impl/utils.ts). Not tried.
import { createHash } from "node:crypto";
import { cp, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openAliyunAccount } from "../../scripts/deploy/aliyun/account.ts";
import { type AliyunWish, aliyunSteps } from "../../scripts/deploy/aliyun/steps.ts";
import { deployedSettings } from "../../scripts/deploy/settings.ts";
import { type Done, takeSteps } from "../../scripts/deploy/steps.ts";
import { runScript } from "../scripts/run-script.ts";
import { type AliyunAccountServer, environmentOf, startAliyunAccount } from "../servers/aliyun-account/server.ts";
import { localhostNames, useLocalhostNames } from "../servers/s3/localhost-names.ts";
import { layerZip } from "./layer-zip.ts";
import { type StandIn, standInFor } from "./stand-in.ts";

let server: AliyunAccountServer;
let checkout: StandIn;
let end: () => void;
const region = "ap-southeast-1";
const project = "dream-factory-1234567890123456";
const kinds = ["deliver-webhooks", "http", "oss-trigger", "purge-temp", "storage", "timers"];

beforeAll(() => {
  end = useLocalhostNames();
});
afterAll(() => end());

beforeEach(async () => {
  server = await startAliyunAccount();
  checkout = await standInFor(["s"]);
  for (const path of ["deploy/aliyun", "docs/sls-index.json"])
    await cp(resolve(path), join(checkout.root, path), { recursive: true });
  return async () => {
    await server.close();
    await checkout[Symbol.asyncDispose]();
  };
});

/** A project stands before the host, as it does before the vendor's. */
const endpointOf = () => server.url.replace("127.0.0.1", "localhost");
const secretFile = () => join(checkout.root, ".dream-factory", "jwt-secret");

async function take(isWanted: boolean, wish: Partial<AliyunWish> = {}, settings: Record<string, string> = {}) {
  const given = { ...checkout.environment, HOME: checkout.root, ...environmentOf(server), ...settings };
  const account = await openAliyunAccount(region, given, endpointOf());
  const whole: AliyunWish = {
    ...{ root: checkout.root, environment: deployedSettings(given), isJson: true, stage: null },
    ...{ vendorKeys: null, ffmpeg: null, endpoint: endpointOf(), ...wish },
  };
  const done = await takeSteps(aliyunSteps(account, whole), isWanted, () => {});
  return { done, of: (name: string) => done.find((each) => each.name === name) as Done };
}

test("without --yes everything is looked at, and nothing is made, sent or started", async () => {
  const { done } = await take(false);
  expect(new Set(done.map(({ state }) => state))).toEqual(new Set(["todo"]));
  expect(server.calls.filter((call) => !/^(Get|List)/.test(call) && !call.startsWith("GET "))).toEqual([]);
  expect(await checkout.called()).toEqual([]);
  await expect(stat(secretFile())).rejects.toThrow("ENOENT");
});

test("from nothing: all that has to be there before is made, then the functions are, with their settings", async () => {
  const { done } = await take(true, { vendorKeys: '{"FAL_API_KEY":"f"}' }, { CORS_ORIGINS: "https://app.example.com" });
  expect(done.map(({ name, state }) => [name, state])).toEqual(
    [
      ...["secret for tokens", "Tablestore", "table", "bucket", "queue", "logs", "roles"],
      ...["zips", "deployment", "endpoints", "doctor"],
    ].map((name) => [name, "made"]),
  );
  const instance = `df-${createHash("sha256").update("1234567890123456 dream-factory").digest("hex").slice(0, 10)}`;
  expect([...server.instances.keys()]).toEqual([instance]);
  expect(server.queues.get("dream-factory-dead-letters")).toContain("<MessageRetentionPeriod>1209600<");
  expect([[...server.projects], [...server.logstores]]).toEqual([[project], [`${project}/functions`]]);
  expect(server.indexes.get(`${project}/functions`)).toEqual(JSON.parse(await readFile("docs/sls-index.json", "utf8")));
  expect([...server.roles.keys()].sort()).toEqual(kinds.map((kind) => `dream-factory-${kind}`));
  for (const [name, { attached }] of server.roles) expect([...attached]).toEqual([name]);
  const policies = [...server.policies.values()].flat().join("");
  expect(policies).toContain(`acs:ots:${region}:1234567890123456:instance/${instance}/table/dream_factory`);
  expect(policies).not.toContain("{{");

  const called = await checkout.called();
  const [table, bucket, build, deployment, endpoints] = called;
  expect(called.map(({ program }) => program)).toEqual([
    "create-table",
    "create-bucket",
    "build",
    "s",
    "endpoints",
    "doctor",
  ]);
  const names = { TABLESTORE_INSTANCE: instance, OSS_BUCKET: `dream-factory-1234567890123456-${region}` };
  expect(table?.environment).toMatchObject({
    ...{ TABLE_PROVIDER: "tablestore", TABLESTORE_ACCESS_KEY_ID: "LTAITEST", TABLESTORE_SECURITY_TOKEN: "token==" },
    TABLESTORE_ENDPOINT: `https://${instance}.${region}.ots.aliyuncs.com`,
  });
  expect(bucket?.environment).toMatchObject({
    STORAGE_PROVIDER: "oss",
    STORE_ACCESS: "private",
    OSS_REGION: region,
    CORS_ORIGINS: "https://app.example.com",
  });
  expect(build?.args).toEqual(["aliyun"]);
  expect(deployment?.args).toEqual(["deploy", "-t", "s.yaml", "-y"]);
  const secret = (await readFile(secretFile(), "utf8")).trim();
  expect(deployment?.environment).toMatchObject({
    ...{
      ...names,
      JWT_SECRET: secret,
      VENDOR_KEYS: '{"FAL_API_KEY":"f"}',
      ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456",
    },
    ...{ LOG_PROJECT: project, DEAD_LETTER_QUEUE: "dream-factory-dead-letters", S_ACCESS: "dream_factory" },
  });
  expect(JSON.parse(deployment?.environment.dream_factory_serverless_devs_key ?? "")).toEqual({
    ...{
      AccountID: "1234567890123456",
      AccessKeyID: "LTAITEST",
      AccessKeySecret: "secret/1+",
      SecurityToken: "token==",
    },
  });
  // No other program is told the secret.
  for (const { program, environment } of called)
    if (program !== "s") expect(Object.values(environment)).not.toContain(secret);
  expect(endpoints?.args).toEqual([
    "aliyun",
    "--region",
    region,
    "--prefix",
    "dream-factory-",
    "--endpoint",
    endpointOf(),
  ]);
  expect((await stat(secretFile())).mode & 0o777).toBe(0o600);
});

test("again: nothing is made twice, and the secret stays", async () => {
  await take(true);
  const [secret, calls] = [await readFile(secretFile(), "utf8"), server.calls.length];
  const { of } = await take(true);
  for (const name of ["secret for tokens", "Tablestore", "queue", "logs", "roles"])
    expect(of(name).state).toBe("there");
  expect(server.calls.slice(calls).filter((call) => /^(Create|Update|Attach|POST|PUT)/.test(call))).toEqual([]);
  expect(await readFile(secretFile(), "utf8")).toBe(secret);
});

test.for(["CreateInstance", "PUT /queues", "POST", "CreateRole", "CreatePolicy", "AttachPolicyToRole"])(
  "refused at %s, it ends there with the vendor's words; the same line goes on",
  async (call) => {
    server.faults.push({ call, status: 403, code: "NoPermission", message: "You are not authorized to do this." });
    const { done } = await take(true);
    expect(done.filter(({ state }) => state === "failed")).toMatchObject([
      { said: expect.stringContaining("NoPermission: You are not authorized to do this.") },
    ]);
    expect(done.find(({ name }) => name === "deployment")?.state).toBe("not reached");
    const again = await take(true);
    expect(again.of("doctor").state).toBe("made");
    expect([server.instances.size, server.queues.size, server.indexes.size, server.roles.size]).toEqual([1, 1, 1, 6]);
  },
);

test("a busy vendor is asked again", async () => {
  server.faults.push({ call: "GetCallerIdentity", status: 429, code: "Throttling.User", message: "flow control" });
  expect((await take(false)).of("roles").state).toBe("todo");
});

test("a policy that somebody changed is brought back; its oldest version goes", async () => {
  await take(true);
  const versions = server.policies.get("dream-factory-http") ?? [];
  const [wanted = ""] = versions;
  versions.push(...Array.from({ length: 4 }, (_, at) => `{"Version":"${at}"}`));
  const { of } = await take(true);
  expect([of("roles").state, of("roles").said]).toEqual(["made", expect.stringMatching(/^dream-factory-http: /)]);
  expect([versions.length, versions.at(-1)]).toEqual([5, wanted]);
});

describe("what only the operator has stops it with a sentence", () => {
  test("the secret of functions that are deployed, on another machine", async () => {
    server.functions.add("dream-factory-health");
    const { of } = await take(true);
    expect(of("secret for tokens")).toMatchObject({ state: "stopped", said: expect.stringContaining("bring it") });
    expect(await checkout.called()).toEqual([]);
  });

  test("a name that no instance may have", async () => {
    const { of } = await take(true, {}, { TABLESTORE_INSTANCE: "my-aliases" });
    expect(of("Tablestore")).toMatchObject({ state: "stopped", said: expect.stringContaining("TABLESTORE_INSTANCE") });
  });

  test("an instance that cannot be reached from here", async () => {
    server.instances.set("mine", { status: "normal", access: ["VPC"] });
    const { of } = await take(true, {}, { TABLESTORE_INSTANCE: "mine" });
    expect(of("Tablestore")).toMatchObject({ state: "stopped", said: expect.stringContaining("internet") });
  });
});

test("an ffmpeg of the operator's is published once, behind the official layer", async () => {
  const place = join(checkout.root, "layer.zip");
  await writeFile(place, layerZip());
  const wish = { ffmpeg: { place, sha256: null } };
  expect([(await take(true, wish)).of("ffmpeg").state, (await take(true, wish)).of("ffmpeg").state]).toEqual([
    "made",
    "there",
  ]);
  expect(server.layers.length).toBe(1);
  for (const { program, environment } of await checkout.called())
    if (program === "s")
      expect(environment).toMatchObject({
        FFMPEG_LAYER: expect.stringMatching(/versions\/1$/),
        FFMPEG_PATH: "/opt/bin/ffmpeg",
      });
});

test("stages meet in nothing", async () => {
  await take(true);
  await take(true, { stage: "dev" });
  expect([server.instances.size, server.queues.size, server.projects.size, server.roles.size]).toEqual([2, 2, 2, 12]);
  await stat(join(checkout.root, ".dream-factory", "dev", "jwt-secret"));
});

describe("as a command", () => {
  const script = "scripts/deploy-aliyun.ts";
  const run = (args: string[], more: Record<string, string> = {}) =>
    runScript(script, ["--region", region, "--endpoint", endpointOf(), ...args], "/nowhere", {
      ...{ ...environmentOf(server), HOME: checkout.root, NODE_OPTIONS: localhostNames, ...more },
    });

  test("tells what there is in JSON, with the account, and ends with 0", async () => {
    const { code, stdout } = await run(["--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { cloud: "aliyun", account: "1234567890123456", region, isFine: true, isDone: false },
    ]);
  });

  test("a key of another account than was meant, and a wrong one", async () => {
    const other = await run([], { ALIBABA_CLOUD_ACCOUNT_ID: "999" });
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining("The key is of the account 1234567890123456"),
    ]);
    const wrong = await run([], { ALIBABA_CLOUD_ACCESS_KEY_SECRET: "other" });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("SignatureDoesNotMatch")]);
  });

  test("both --yes and --dry-run are not understood", async () => {
    expect((await run(["--yes", "--dry-run"])).code).toBe(2);
  });
});
