// npm run endpoints, as a process, with the vendors' own SDKs against servers that check every signature.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { declarations } from "../../functions/declarations.ts";
import { aliyunPlaces } from "../../scripts/endpoints/aliyun.ts";
import { functionUrlOutput } from "../../scripts/endpoints/aws.ts";
import { type Endpoints, endpointsOf, isHttp } from "../../scripts/endpoints/document.ts";
import { openFunctionCompute, type Route } from "../../scripts/endpoints/function-compute.ts";
import { leadsTo } from "../../scripts/endpoints/routes.ts";
import { startProduct } from "../api/local.ts";
import { startShop } from "../openapi/shop.ts";
import * as cloudFormation from "../servers/cloudformation.ts";
import * as functionCompute from "../servers/function-compute-api.ts";
import { runScript } from "./run-script.ts";

const http = declarations.filter(isHttp);
const OLD = '{"an":"older file"}\n';
let folder: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "endpoints-"));
  output = join(folder, "endpoints.json");
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => writeFile(output, OLD));

async function run(args: string[], environment: Record<string, string> = {}) {
  const ran = await runScript("scripts/endpoints.ts", [...args, "--output", output], folder, environment);
  return { ...ran, text: await readFile(output, "utf8"), files: await readdir(folder) };
}

/** What every refusal has in common: one line on stderr, and the file as it was. */
function refusal(sentence: string, code = 1) {
  return { code, stdout: "", stderr: sentence, text: OLD, files: ["endpoints.json"] };
}

const fileOf = (places: Parameters<typeof endpointsOf>[1]) =>
  `${JSON.stringify(endpointsOf(declarations, places), null, 2)}\n`;

describe("the document", () => {
  const aws = { base: "https://api.example.com/", own: { "job-events": "https://feed.example.com/" } };

  test("has every HTTP function in the order of the declarations, with the whole URL", () => {
    const { baseUrl, functions, jobEvents } = endpointsOf(declarations, aws);
    expect(baseUrl).toBe("https://api.example.com");
    expect(Object.keys(functions)).toEqual(http.map(({ name }) => name));
    expect(functions["generate-image"]).toEqual({
      method: "POST",
      url: "https://api.example.com/api/v1/ai/generate-image",
    });
    expect(functions["get-job"]).toEqual({ method: "GET", url: "https://api.example.com/api/v1/jobs/{id}" });
    expect(jobEvents).toBe("https://feed.example.com/api/v1/jobs/{id}/events");
    expect(functions["job-events"]).toEqual({ method: "GET", url: jobEvents });
    expect(functions).not.toHaveProperty("run-job");
  });

  test("keeps a path that a base URL has", () => {
    const { functions } = endpointsOf(declarations, { base: "https://example.com/dream/", own: {} });
    expect(functions.login?.url).toBe("https://example.com/dream/api/v1/auth/login");
  });

  test.each([
    ["http://api.example.com", '"http://api.example.com" is not an https URL without user, query and fragment.'],
    ["api.example.com", '"api.example.com" is not an https URL without user, query and fragment.'],
    ["https://a:b@example.com", '"https://a:b@example.com" is not an https URL without user, query and fragment.'],
    ["https://example.com/?", '"https://example.com/?" is not an https URL without user, query and fragment.'],
    [
      "https://example.com/api/v1/",
      "https://example.com/api/v1/ ends with /api/v1, which is added by itself: leave it out.",
    ],
  ])("refuses the base URL %s", (base, sentence) => {
    expect(() => endpointsOf(declarations, { base, own: {} })).toThrow(new Error(sentence));
  });

  test("is not made when a function has no URL, or the live feed is none of the functions", () => {
    const own = { health: "https://example.com" };
    expect(() => endpointsOf(declarations, { base: null, own })).toThrow("The function openapi has no URL.");
    const others = declarations.filter(({ name }) => name !== "job-events");
    expect(() => endpointsOf(others, aws)).toThrow("There is no function job-events: the live feed would have no URL.");
  });
});

describe("on AWS", () => {
  let server: cloudFormation.CloudFormationServer;
  const outputs = {
    HttpApiUrl: "https://abc123.execute-api.eu-central-1.amazonaws.com",
    JobDasheventsLambdaFunctionUrl: "https://xyz.lambda-url.eu-central-1.on.aws/",
    ServerlessDeploymentBucketName: "a-bucket",
  };
  const deployed = () => ({ name: "dream-factory-dev", status: "UPDATE_COMPLETE", outputs });

  beforeEach(async () => {
    server = await cloudFormation.startCloudFormation();
    server.stacks = [deployed()];
    vi.stubEnv("AWS_REGION", server.region);
    return () => {
      vi.unstubAllEnvs();
      return server.close();
    };
  });

  const aws = (args: string[] = [], environment: Record<string, string> = {}) =>
    run(["aws", ...args], {
      AWS_ENDPOINT_URL_CLOUDFORMATION: server.url,
      AWS_ACCESS_KEY_ID: server.key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.key.accessKeySecret,
      AWS_SESSION_TOKEN: server.key.securityToken,
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PROFILE: "",
      ...environment,
    });

  test("the stack's outputs become the file, the live feed at its function URL", async () => {
    const own = { "job-events": outputs.JobDasheventsLambdaFunctionUrl };
    expect(await aws()).toEqual({
      code: 0,
      stdout: `${output}: ${http.length} functions, under ${outputs.HttpApiUrl}; the live feed is https://xyz.lambda-url.eu-central-1.on.aws/api/v1/jobs/{id}/events.\n`,
      stderr: "",
      text: fileOf({ base: outputs.HttpApiUrl, own }),
      files: ["endpoints.json"],
    });
    expect(server.asked).toEqual([{ Action: "DescribeStacks", Version: "2010-05-15", StackName: "dream-factory-dev" }]);
  });

  test("with --json the answer is one object, and the file is the same", async () => {
    const { stdout, stderr, text } = await aws(["--json"]);
    expect([stderr, text]).toEqual(["", (await aws()).text]);
    expect(JSON.parse(stdout)).toEqual({
      ...{ path: output, baseUrl: outputs.HttpApiUrl, functions: http.length },
      jobEvents: "https://xyz.lambda-url.eu-central-1.on.aws/api/v1/jobs/{id}/events",
    });
    server.stacks = [];
    expect(await aws(["--json"])).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no stack") });
  });

  test("a stack, a region and a custom domain may be named; the HTTP API's own URL is not needed then", async () => {
    const { HttpApiUrl: _, ...others } = outputs;
    server.region = "us-west-2";
    server.stacks.push({ name: "dream-factory-prod", status: "CREATE_COMPLETE", outputs: others });
    const args = ["--stack", "dream-factory-prod", "--region", "us-west-2", "--base-url", "https://api.example.com/"];
    const { code, stderr, text } = await aws(args);
    expect([code, stderr]).toEqual([0, ""]);
    const { baseUrl, functions, jobEvents }: Endpoints = JSON.parse(text);
    expect([baseUrl, functions.health?.url]).toEqual([
      "https://api.example.com",
      "https://api.example.com/api/v1/health",
    ]);
    expect(jobEvents).toBe("https://xyz.lambda-url.eu-central-1.on.aws/api/v1/jobs/{id}/events");
  });

  test("a stack on a later page is found, and throttling is waited out", async () => {
    server.emptyPages = 2;
    server.faults = [cloudFormation.throttled];
    expect(await aws()).toMatchObject({ code: 0, stderr: "" });
    expect(server.asked.map(({ NextToken }) => NextToken)).toEqual([undefined, undefined, "1", "2"]);
  });

  test("a stack that is not there is 1, and what to do", async () => {
    const sentence =
      "There is no stack dream-factory-x in eu-central-1: deploy first, or name it with --stack and its region with --region.\n";
    expect(await aws(["--stack", "dream-factory-x"])).toEqual(refusal(sentence));
  });

  test("outputs that lack are named, with the state of the stack", async () => {
    server.stacks = [{ ...deployed(), status: "ROLLBACK_COMPLETE", outputs: {} }];
    const sentence =
      "The stack dream-factory-dev (ROLLBACK_COMPLETE) has no outputs HttpApiUrl and JobDasheventsLambdaFunctionUrl: deploy serverless.yml to its end, or name another stack with --stack.\n";
    expect(await aws()).toEqual(refusal(sentence));
  });

  test("rights that lack are named", async () => {
    server.faults = [cloudFormation.denied];
    const { stderr, ...rest } = await aws();
    expect(rest).toEqual({ ...refusal(""), stderr: undefined });
    expect(stderr).toBe(
      `CloudFormation did not describe the stack dream-factory-dev: AccessDenied: ${cloudFormation.denied.message}. The caller needs the right cloudformation:DescribeStacks.\n`,
    );
  });

  test("a wrong secret is refused, and the file stays", async () => {
    const ran = await aws([], { AWS_SECRET_ACCESS_KEY: "wrong" });
    expect(ran).toEqual(refusal(ran.stderr));
    expect(ran.stderr).toMatch(/^CloudFormation did not describe .*: SignatureDoesNotMatch: .*\.\n$/);
    expect(server.asked).toEqual([]);
  });

  test("without a region or credentials it says what to set", async () => {
    const region = "In which region is the stack? Say --region or set AWS_REGION.\n";
    expect(await aws([], { AWS_REGION: "" })).toEqual(refusal(region));
    vi.stubEnv("AWS_REGION", undefined);
    expect(await aws()).toEqual(refusal(region));
    vi.stubEnv("AWS_REGION", server.region);
    const { code, stderr } = await aws([], { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^There are no AWS credentials \(.+\): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE\.\n$/,
    );
  });

  test("an output that is no https URL is not written", async () => {
    server.stacks = [{ ...deployed(), outputs: { ...outputs, HttpApiUrl: "http://plain.example.com" } }];
    const sentence = '"http://plain.example.com" is not an https URL without user, query and fragment.\n';
    expect(await aws()).toEqual(refusal(sentence));
  });

  test("the output with a function's URL is called as osls calls it", () => {
    const naming = createRequire(import.meta.url)("serverless/lib/plugins/aws/lib/naming.js");
    for (const { name } of declarations) {
      expect(functionUrlOutput(name)).toBe(naming.getLambdaFunctionUrlOutputLogicalId(name));
    }
  });
});

describe("on Alibaba Cloud", () => {
  let server: functionCompute.FunctionComputeServer;
  const prefix = "dream-factory-";
  const urlOf = (name: string) => `https://df-${name}-abc.cn-hangzhou.fcapp.run`;
  const ownUrls = Object.fromEntries(http.map(({ name }) => [name, urlOf(name)]));
  const routeOf = ({ name, trigger }: (typeof http)[number]) => ({
    ...{ path: `/api/v1${trigger.path}`, functionName: prefix + name, methods: [trigger.method], qualifier: "LATEST" },
  });
  const exact = http.filter(({ trigger }) => !trigger.path.includes("{"));
  const domain = (routes: object[], protocol = "HTTP,HTTPS", domainName = "api.example.com") => ({
    ...{ domainName, protocol, routeConfig: { routes } },
  });

  beforeEach(async () => {
    server = await functionCompute.startFunctionCompute();
    for (const { name, trigger } of declarations) {
      const triggers =
        trigger.type === "http" ? [{ triggerType: "http", urlInternet: urlOf(name) }] : [{ triggerType: "oss" }];
      server.functions.set(prefix + name, triggers);
    }
    return () => server.close();
  });

  const aliyun = (args: string[] = [], environment: Record<string, string> = {}) =>
    run(["aliyun", "--endpoint", server.url, ...args], {
      ALIBABA_CLOUD_ACCESS_KEY_ID: server.key.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: server.key.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: server.key.securityToken,
      ...environment,
    });

  test("each function gets the URL of its HTTP trigger", async () => {
    expect(await aliyun()).toEqual({
      code: 0,
      stdout: `${output}: ${http.length} functions, each with its own URL; the live feed is ${urlOf("job-events")}/api/v1/jobs/{id}/events.\n`,
      stderr: "",
      text: fileOf({ base: null, own: ownUrls }),
      files: ["endpoints.json"],
    });
    expect(server.asked.filter((each) => each === "ListFunctions").length).toBe(Math.ceil(declarations.length / 2));
    expect(server.asked.filter((each) => each.startsWith("ListTriggers"))).toEqual(
      http.map(({ name }) => `ListTriggers ${prefix}${name}`),
    );
  });

  test("of several triggers the one of the newest code is taken, also from a later page", async () => {
    const older = { triggerType: "http", urlInternet: "https://older.fcapp.run", qualifier: "prod" };
    const closed = {
      ...{ triggerType: "http", urlInternet: "https://closed.fcapp.run", triggerConfig: { disableURLInternet: true } },
    };
    const newest = { triggerType: "http", urlInternet: "https://newest.fcapp.run" };
    server.functions.set(`${prefix}health`, [{ triggerType: "timer" }, closed, older, newest]);
    const { code, text } = await aliyun();
    expect([code, text]).toEqual([0, fileOf({ base: null, own: { ...ownUrls, health: "https://newest.fcapp.run" } })]);
  });

  test("another prefix is looked for as it is", async () => {
    for (const { name } of http) {
      server.functions.set(`df!(${name}`, [{ triggerType: "http", urlInternet: `${urlOf(name)}/` }]);
    }
    expect(await aliyun(["--prefix", "df!("])).toMatchObject({ code: 0, text: fileOf({ base: null, own: ownUrls }) });
  });

  test("functions that a custom domain leads to get its URL, and the others are named", async () => {
    const few = domain(exact.slice(0, 3).map(routeOf), "HTTPS", "a.example.com");
    const star = domain(exact.map(routeOf), "HTTPS", "*.example.com");
    const plain = domain(exact.map(routeOf), "HTTP", "plain.example.com");
    server.domains = [few, star, plain, domain(exact.map(routeOf))];
    const { code, stderr, text } = await aliyun();
    const led = Object.fromEntries(exact.map(({ name }) => [name, "https://api.example.com"]));
    expect([code, text]).toEqual([0, fileOf({ base: null, own: { ...ownUrls, ...led } })]);
    const rest = http.length - exact.length - 3;
    expect(stderr).toBe(
      `The custom domain plain.example.com is left aside: it has no HTTPS.\nThe custom domain api.example.com does not lead to get-upload, delete-upload, get-job and ${rest} more, which get the URLs of their triggers.\n`,
    );
  });

  test("a custom domain that leads to every function is the base URL, and no trigger is asked for", async () => {
    const some = [...exact, ...http.filter(({ name }) => name === "job-events")];
    const feed = { path: "/api/v1/jobs/*", functionName: `${prefix}job-events`, methods: ["GET"] };
    server.domains = [domain([...exact.map(routeOf), feed])];
    const environment = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: server.key.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: server.key.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: server.key.securityToken,
    };
    const api = openFunctionCompute({ region: "cn-hangzhou", address: new URL(server.url) }, environment);
    const found = await aliyunPlaces(api, some, { region: "cn-hangzhou", prefix });
    expect(found).toEqual({ places: { base: "https://api.example.com", own: {} }, notes: [] });
    expect(server.asked.filter((each) => each.startsWith("ListTriggers"))).toEqual([]);
  });

  test("the domain of s.domain.yaml is the base URL: whoever is first behind a star serves the others there", async () => {
    const { resources } = parse((await readFile("s.domain.yaml", "utf8")).replaceAll(/\$\{vars\.app\}-/g, prefix));
    server.domains = [domain(resources.domain.props.routeConfig.routes, "HTTPS")];
    expect(await aliyun()).toMatchObject({
      code: 0,
      stderr: "",
      text: fileOf({ base: "https://api.example.com", own: {} }),
    });
  });

  test("a function whose path a custom domain rewrites keeps the URL of its trigger", async () => {
    const rules = { match: "/api/v1/(.*)", replacement: "/$1" };
    const [rewritten, others] = [exact.slice(0, 1), exact.slice(1)];
    const none = { equalRules: [], regexRules: [] };
    server.domains = [
      domain([
        ...rewritten.map((each) => ({ ...routeOf(each), rewriteConfig: { ...none, regexRules: [rules] } })),
        ...others.map((each) => ({ ...routeOf(each), rewriteConfig: none })),
      ]),
    ];
    const { code, text } = await aliyun();
    const led = Object.fromEntries(others.map(({ name }) => [name, "https://api.example.com"]));
    expect([code, text]).toEqual([0, fileOf({ base: null, own: { ...ownUrls, ...led } })]);
  });

  test("a base URL that is named is believed: nothing is asked, and no key is needed", async () => {
    const none = { ALIBABA_CLOUD_ACCESS_KEY_ID: "", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "" };
    expect(await aliyun(["--base-url", "https://api.example.com"], none)).toMatchObject({
      code: 0,
      text: fileOf({ base: "https://api.example.com", own: {} }),
    });
    expect(server.requests).toEqual([]);
  });

  test("throttling and a failing server are waited out", async () => {
    const failing = { status: 500, code: "InternalServerError", message: "an internal error has occurred" };
    server.faults.set("ListFunctions", [functionCompute.throttled]);
    server.faults.set("ListCustomDomains", [failing]);
    expect(await aliyun()).toMatchObject({ code: 0, stderr: "", text: fileOf({ base: null, own: ownUrls }) });
  });

  test("functions that are not deployed are named", async () => {
    server.functions.delete(`${prefix}login`);
    expect(await aliyun()).toEqual(
      refusal(
        "Function Compute has in cn-hangzhou no dream-factory-login. Deploy s.yaml to its end, or say --region or --prefix.\n",
      ),
    );
    const all = `Function Compute has in cn-beijing no x-health, x-openapi, x-docs and ${http.length - 3} more. Deploy s.yaml to its end, or say --region or --prefix.\n`;
    expect(await aliyun(["--prefix", "x-", "--region", "cn-beijing"])).toEqual(refusal(all));
  });

  test("functions that nobody on the internet can call are named", async () => {
    server.functions.set(`${prefix}login`, [{ triggerType: "timer" }]);
    server.functions.set(`${prefix}get-me`, [
      { triggerType: "http", urlInternet: urlOf("get-me"), triggerConfig: { disableURLInternet: true } },
    ]);
    const sentence =
      "Without a custom domain that leads to them or an HTTP trigger that is open to the internet: dream-factory-login, dream-factory-get-me.\n";
    expect(await aliyun()).toEqual(refusal(sentence));
  });

  test("rights that lack are named", async () => {
    server.faults.set("ListFunctions", [functionCompute.forbidden]);
    const { stderr, ...rest } = await aliyun();
    expect(rest).toEqual({ ...refusal(""), stderr: undefined });
    expect(stderr).toContain("the caller is not authorized to perform 'fc:ListFunctions'");
    expect(stderr).toMatch(
      /^Function Compute did not answer ListFunctions: .+\. The key has to be valid, with the rights fc:ListFunctions, fc:ListTriggers and fc:ListCustomDomains \(AliyunFCReadOnlyAccess has them\)\.\n$/,
    );
  });

  test("a wrong secret is refused, no key is asked for, and the file stays", async () => {
    const wrong = await aliyun([], { ALIBABA_CLOUD_ACCESS_KEY_SECRET: "wrong" });
    expect(wrong).toEqual(refusal(wrong.stderr));
    expect(wrong.stderr).toContain("Specified signature does not match");
    expect(server.asked).toEqual([]);
    const none = "Function Compute needs a key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.\n";
    expect(await aliyun([], { ALIBABA_CLOUD_ACCESS_KEY_ID: "" })).toEqual(refusal(none));
  });

  test("keys go to another address only with https", async () => {
    const { code, stderr } = await run(["aliyun", "--endpoint", "http://fc.example.com"]);
    expect([code, stderr.split(" Usage:")[0]]).toEqual([
      2,
      "--endpoint must be an https URL, such as https://fcv3.cn-hangzhou.aliyuncs.com.",
    ]);
  });
});

describe("a custom domain's routes", () => {
  const route = (path: string, functionName: string, more: Partial<Route> = {}): Route => ({
    ...{ path, functionName, methods: [], isRewritten: false, ...more },
  });
  const leads = (routes: Route[], method = "GET", path = "/api/v1/jobs/{id}") =>
    leadsTo(routes, method, path, "get-job");

  test.each([
    ["a star at the end takes every id", true, [route("/api/v1/jobs/*", "get-job")]],
    ["the longest prefix wins", true, [route("/api/*", "other"), route("/api/v1/jobs/*", "get-job")]],
    ["a longer prefix takes it away", false, [route("/api/v1/jobs/*", "get-job"), route("/api/v1/jobs/0*", "other")]],
    ["a star elsewhere is no wildcard", false, [route("/api/*/jobs/*", "other"), route("/*/v1/jobs/*", "get-job")]],
    ["a method that is not taken does not come", false, [route("/api/v1/jobs/*", "get-job", { methods: ["POST"] })]],
    ["a rewritten path is not ours", false, [route("/api/v1/jobs/*", "get-job", { isRewritten: true })]],
    [
      "methods part one path",
      true,
      [
        route("/api/v1/jobs/*", "get-job", { methods: ["GET"] }),
        route("/api/v1/jobs/*", "other", { methods: ["POST"] }),
      ],
    ],
    ["nothing leads nowhere", false, []],
  ])("%s", (_, isLed, routes) => {
    expect(leads(routes)).toBe(isLed);
  });

  test("an exact path comes before a star", () => {
    const routes = [route("/api/v1/jobs", "get-job"), route("/api/v1/jobs*", "other")];
    expect(leads(routes, "GET", "/api/v1/jobs")).toBe(true);
    expect(leads(routes, "GET", "/api/v1/jobs/")).toBe(false);
  });
});

describe("for a local server", () => {
  test("every URL of the file is one that the server knows, by its method", async () => {
    // A route that is off answers 404 as well: with a shop, none is.
    const shop = await startShop();
    const product = await startProduct({ environment: shop.environment });
    try {
      const { code, text } = await run(["local"], { PUBLIC_URL: product.url });
      expect(code).toBe(0);
      const { baseUrl, functions, jobEvents }: Endpoints = JSON.parse(text);
      expect([baseUrl, jobEvents]).toEqual([product.url, `${product.url}/api/v1/jobs/{id}/events`]);
      for (const [name, { method, url }] of Object.entries(functions)) {
        const of = url.replace("{id}", "01900000-0000-7000-8000-000000000001");
        // What its path takes is told to everybody, whatever stands in it.
        const other = await fetch(of, { method: "PATCH" });
        expect([url, other.status, other.headers.get("allow")?.split(", ")]).toEqual([
          ...[url, 405, expect.arrayContaining([method])],
        ]);
        // To whoever has no token of theirs there is nothing.
        const { status } = await fetch(of, { method });
        expect([url, [404, 405].includes(status)]).toEqual([url, name === "provider-webhook"]);
      }
    } finally {
      await Promise.all([product.close(), shop.close()]);
    }
  });

  test("host and port are enough; only port 0 is not", async () => {
    const sentence = "With PORT=0 nobody knows the URL before the server listens: set PUBLIC_URL.\n";
    expect(await run(["local"], { PORT: "0" })).toEqual(refusal(sentence));
    const { code, text } = await run(["local"], { HOST: "::1", PORT: "4000", PLATFORM: "nonsense" });
    expect([code, text]).toEqual([0, fileOf({ base: "http://[::1]:4000", own: {}, isPlainHttpAllowed: true })]);
  });
});

test("where the file cannot be written nothing is left behind", async () => {
  const taken = await mkdtemp(join(folder, "taken-"));
  const args = ["aliyun", "--base-url", "https://api.example.com", "--output", taken];
  const { code, stdout, stderr } = await runScript("scripts/endpoints.ts", args, folder);
  expect([code, stdout, stderr.startsWith(`${taken} could not be written: `), stderr.trim().includes("\n")]).toEqual([
    ...[1, "", true, false],
  ]);
  await rm(taken, { recursive: true });
  expect(await readdir(folder)).toEqual(["endpoints.json"]);
});

test.each([
  [["gcp"], 'There is no "gcp".'],
  [["aws", "--stage", "dev"], "Unknown option '--stage'."],
])("%j is not understood: 2, one sentence and the usage", async (args, sentence) => {
  const { code, stderr, text } = await run(args);
  expect([code, stderr.startsWith(`${sentence} Usage:\n  npm run endpoints -- aws [--stack`), text]).toEqual([
    2,
    true,
    OLD,
  ]);
});
