// A whole deployment as an operator says it, with the real CLI: `npm run deploy:aws -- --yes`, in a copy of the checkout, into an account on this machine.
// `serverless` and the SDKs go where AWS_ENDPOINT_URL says. The stack's own addresses are reached through a proxy, behind which a product of this machine
// answers: what was deployed is kept by the account, and not run. The zips are run in test/platforms.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Done } from "../../scripts/deploy/steps.ts";
import { processes } from "../process/running.ts";
import { type AwsAccountServer, environmentOf, startAwsAccount } from "../servers/aws-account/server.ts";
import { createCertificate } from "../servers/certificate.ts";
import { startInterceptor } from "../servers/interceptor.ts";
import { startOrigin } from "../servers/origin.ts";
import { startTunnel, type Tunnel } from "../servers/tunnel.ts";

const parts = ["scripts", "functions", "shared", "clients", "web", "deploy", "serverless.yml", "package.json"];
const [api, feed] = ["httpapi.execute-api.eu-central-1.amazonaws.com", "xyz.lambda-url.eu-central-1.on.aws"];
let server: AwsAccountServer;
let tunnel: Tunnel;
let folder: string;

beforeEach(async () => {
  server = await startAwsAccount();
  folder = await realpath(await mkdtemp(join(tmpdir(), "whole-aws-")));
  for (const part of parts) await cp(resolve(part), join(folder, part), { recursive: true });
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "home"));
  const { emptyFolder, start } = processes(onTestFinished);
  const product = await start(await emptyFolder());
  const certificate = createCertificate("*.execute-api.eu-central-1.amazonaws.com", "*.lambda-url.eu-central-1.on.aws");
  await writeFile(join(folder, "certificate.pem"), certificate.cert);
  const front = await startOrigin(
    (incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      const passed = request({ port: product.port, host: "127.0.0.1", method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    },
    { certificate },
  );
  tunnel = await startTunnel(front);
  return async () => {
    await Promise.all([tunnel.close(), server.close()]);
    await front.close();
    await rm(folder, { recursive: true, force: true });
  };
});

interface Deployed {
  code: number | null;
  isDone: boolean;
  /** Of each step by its name. */
  states: Record<string, Done["state"]>;
  address: string | null;
  /** What programs wrote. */
  written: string;
}

function startDeploying(endpoint = server.url) {
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: join(folder, "home"),
    ...{ ...environmentOf(server), AWS_ENDPOINT_URL: endpoint },
    ...{ NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: tunnel.url, NODE_EXTRA_CA_CERTS: join(folder, "certificate.pem") },
    SLS_AWS_MONITORING_FREQUENCY: "50",
  };
  // A group of its own, so that it can be killed with what it has started.
  return spawn(process.execPath, ["scripts/deploy-aws.ts", "--yes", "--json"], {
    ...{ cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  });
}

async function deploy(): Promise<Deployed> {
  const child = startDeploying();
  const [stdout, written, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const { isDone, steps, address } = JSON.parse(stdout) as { isDone: boolean; steps: Done[]; address: string | null };
  const states = Object.fromEntries(steps.map(({ name, state }) => [name, state]));
  return { code, isDone, states, address, written };
}

/** Ends the deployment by force as soon as it asks for that, before anybody hears of it. */
async function deployUntil(action: string): Promise<void> {
  const between = await startInterceptor(server.url);
  const child = startDeploying(`http://127.0.0.1:${between.port}`);
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, "close");
  await between.ambush({
    moment: "before",
    matches: ({ body }) => body.includes(`Action=${action}&`),
    act: async () => process.kill(-(child.pid ?? 0), "SIGKILL"),
  });
  await ended;
  await between.close();
}

/** That the stack is what the CLI made of the manifest, and that each function has its own zip. */
async function expectWhole(): Promise<void> {
  const made = async (name: string) => JSON.parse(await readFile(join(folder, ".serverless", name), "utf8"));
  const stack = server.stacks.get("dream-factory-dev");
  expect(stack?.status).toBe("UPDATE_COMPLETE");
  expect(stack?.template).toEqual(await made("cloudformation-template-update-stack.json"));
  const { functions } = (await made("serverless-state.json")).service;
  const zips = Object.values<{ name: string; package: { artifact: string } }>(functions).map((each) => ({
    name: each.name,
    file: basename(each.package.artifact),
  }));
  expect(zips.map(({ name }) => name).sort()).toEqual([...server.functions.keys()].sort());
  const built = join(folder, ".build", "aws");
  for (const { name, file } of zips) {
    const isSame = server.functions.get(name)?.zip.equals(await readFile(join(built, file)));
    expect([name, isSame]).toEqual([name, true]);
  }
  expect([...new Set(zips.map(({ file }) => file))].sort()).toEqual((await readdir(built)).sort());
  const { baseUrl, jobEvents } = JSON.parse(await readFile(join(folder, "endpoints.json"), "utf8"));
  expect([baseUrl, jobEvents]).toEqual([`https://${api}`, `https://${feed}/api/v1/jobs/{id}/events`]);
}

/** What the stack holds, but for what `serverless` makes anew each time: a deployment of the WebSocket API. */
function lasting(): [string, string][] {
  const { resources = [] } = server.stacks.get("dream-factory-dev") ?? {};
  return [...resources].filter(([id]) => !/^WebsocketsDeployment(?!Stage)/.test(id));
}

test("from an empty account to a stack that answers; and said again, nothing is made anew", async () => {
  const { code, isDone, states, address, written } = await deploy();
  expect([code, isDone], written).toEqual([0, true]);
  expect(states).toEqual({
    ...{ "access to files": "there", "secret for tokens": "made", stack: "there", remains: "there" },
    ...{ zips: "made", deployment: "made", endpoints: "made", doctor: "made" },
  });
  await expectWhole();
  expect(address).toBe(`https://${api}`);
  expect(new Set(tunnel.places)).toEqual(new Set([`${api}:443`, `${feed}:443`]));
  const { text: secret } = server.secrets.get("dream-factory/dev/jwt-secret") ?? {};
  const held = lasting();

  const again = await deploy();
  expect([again.code, again.isDone], again.written).toEqual([0, true]);
  expect(again.states).toEqual({ ...states, "secret for tokens": "there" });
  await expectWhole();
  expect(server.secrets.get("dream-factory/dev/jwt-secret")?.text).toBe(secret);
  expect(lasting()).toEqual(held);
});

test("killed before its stack was begun, then failing at a resource, it is deployed when it is said again", async () => {
  await deployUntil("ExecuteChangeSet");
  expect(server.stacks.get("dream-factory-dev")?.status).toBe("REVIEW_IN_PROGRESS");

  const denied = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: iam:CreateRole";
  server.broken.set("HttpRole", denied);
  const failed = await deploy();
  expect([failed.code, failed.states.stack, failed.states.deployment]).toEqual([1, "made", "failed"]);
  expect(failed.written).toContain(denied);
  expect(server.stacks.get("dream-factory-dev")?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
  // What its template retains stays, and would be in the way of the next one.
  expect([...server.tables.keys()]).toEqual(["dream_factory_dev"]);

  const last = await deploy();
  expect([last.code, last.states.remains], last.written).toEqual([0, "made"]);
  await expectWhole();
});
