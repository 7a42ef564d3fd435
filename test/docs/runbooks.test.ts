// The runbooks' commands: each is run here as it is printed, or is named in not-run.ts with the reason.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { clouds } from "../../scripts/build/plan.ts";
import { processes } from "../process/running.ts";
import { type Checkout, curl, openCheckout, type Run } from "./checkout.ts";
import { type Cloud, openAlibabaCloud, openAws } from "./clouds.ts";
import { type Command, commandsOf } from "./commands.ts";
import { built, isOneOf, notRun } from "./not-run.ts";

const documents = ["aws.md", "alibaba-cloud.md", "one-machine.md", "operations.md"] as const;
type Document = (typeof documents)[number];

const texts = await Promise.all(documents.map((name) => readFile(join("docs", name), "utf8")));
const commands = new Map(documents.map((name, at) => [name, commandsOf(texts[at] ?? "")]));
const all = [...commands.values()].flat().map(({ text }) => text);
const entriesNotRun = Object.values(notRun).flat();

/** From here on what was deployed is asked. */
const CHECKED_FROM = 3;

test("every entry of what is not run stands in a runbook", () => {
  const lost = [...entriesNotRun, ...built].filter((entry) => !all.some((command) => isOneOf([entry], command)));
  expect(lost).toEqual([]);
});

test("what is built is what there is to build", () => {
  expect(built.map((command) => command.trim().split(" ").at(-1)).sort()).toEqual([...clouds].sort());
});

test.skipIf(curl === "")("on AWS (needs curl)", async ({ onTestFinished }) => {
  await using cloud = await openAws();
  await using checkout = await openCheckout();
  const { before, after, connections } = await follow("aws.md", checkout, cloud, onTestFinished);
  expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining("endpoints.json: ") });
  expectChecked(after);
  const { Resources, Outputs } = JSON.parse(
    await checkout.read(".serverless/cloudformation-template-update-stack.json"),
  );
  expect(Resources).toHaveProperty("HttpApi");
  expect(Outputs).toHaveProperty("DeadLetterQueue");
  expect(JSON.parse(await checkout.read("endpoints.json")).baseUrl).toBe("https://api.example.com");
  expect(connections).toBe("");
});

test.skipIf(curl === "")("on Alibaba Cloud (needs curl)", async ({ onTestFinished }) => {
  await using cloud = await openAlibabaCloud();
  await using checkout = await openCheckout();
  const { before, after, connections } = await follow("alibaba-cloud.md", checkout, cloud, onTestFinished);
  expect(before.code, before.stderr).toBe(0);
  const previewed = [...before.stdout.matchAll(/^ *functionName: +dream-factory-(\S+)$/gm)].map(([, name]) => name);
  expect(previewed.sort()).toEqual(declarations.map(({ name }) => name).sort());
  expectChecked(after);
  expect(after.stdout).toMatch(/^ *domainName: +api\.example\.com$/m);
  // What no command above could show: that whoever follows it has every key under each of its names.
  const own = Object.keys(cloud.own).filter((name) => !/_(ENDPOINT|TOKEN)$/.test(name));
  const told = runHere("alibaba-cloud.md", ({ text }) => text.startsWith("export ")).join(" ");
  expect(own.filter((name) => !told.includes(` ${name}=`))).toEqual([]);
  expect((await checkout.read("home/.dream-factory/jwt-secret")).length).toBeGreaterThan(64);
  expect(JSON.parse(await checkout.read("endpoints.json")).baseUrl).toBe("https://api.example.com");
  expect(connections).toBe("");
});

test.skipIf(curl === "")("on one machine (needs curl)", async ({ onTestFinished }) => {
  await using checkout = await openCheckout({ isBuilt: false });
  const { emptyFolder, start } = processes(onTestFinished);
  const settings = { NODE_ENV: "production", JWT_SECRET: "a-secret-for-tests-of-at-least-32-bytes" };
  const dataDir = await emptyFolder();
  const { url, call } = await start(dataDir, { environment: settings });
  const json = { username: "you", email: "you@example.com", password: "correct horse" };
  expect((await call("POST", "/auth/register", { json })).status).toBe(201);
  const own = { ...settings, DATA_DIR: dataDir, PUBLIC_URL: url, BACKUP: join(checkout.folder, "backups") };
  const { code, stdout, stderr } = await checkout.run(runHere("one-machine.md"), own);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('"status":"ok"');
  expect(stdout).toContain("has the role admin from the next request on.");
  expect(stdout).toMatch(/^DF-\w{5}-/m);
  expect(stdout).toContain("everything adds up.");
  expect(stdout).toContain(`cp -a ${own.BACKUP}/now/table.sqlite ${own.BACKUP}/now/objects DATA_DIR/`);
  expect(await readdir(own.BACKUP)).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d$/), "before", "now"]);
});

test("moving to another bucket", async () => {
  await using cloud = await openAws();
  await using checkout = await openCheckout();
  await cloud.deploy(checkout.folder);
  const { S3_BUCKET, ...others } = cloud.own;
  const own = { ...others, ...cloud.product, S3_BUCKET: `${S3_BUCKET}-2` };
  const { code, stdout, stderr } = await checkout.run(runHere("operations.md"), own);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`The bucket ${S3_BUCKET}-2 was made.`);
  expect(stdout).toContain("everything adds up.");
});

/** Runs all of a runbook that can be run, in its order; in between the deployed product begins to answer. */
async function follow(name: Document, checkout: Checkout, cloud: Cloud, atEnd: TestContext["onTestFinished"]) {
  const { own } = cloud;
  const before = await checkout.run(
    runHere(name, ({ section }) => section < CHECKED_FROM),
    own,
  );
  await cloud.deploy(checkout.folder);
  const { emptyFolder, start } = processes(atEnd);
  // The servers that stand for the cloud share this process: timers of each second would take all of it on a busy machine.
  const environment = { ...cloud.own, ...cloud.product, TIMER_SECONDS: "5" };
  const { url } = await start(await emptyFolder(), { environment });
  checkout.product = url;
  const after = await checkout.run(
    runHere(name, ({ section, text }) => section >= CHECKED_FROM || text.startsWith("export ")),
    own,
  );
  return { before, after, connections: await checkout.connections() };
}

function runHere(name: Document, isWanted: (command: Command) => boolean = () => true): string[] {
  const wanted = (commands.get(name) ?? []).filter(isWanted).map(({ text }) => text);
  return wanted.filter((text) => !isOneOf([...entriesNotRun, ...built], text));
}

function expectChecked({ code, stdout, stderr }: Run): void {
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toContain('"status":"ok"');
  expect(stdout).toContain('"status":"completed"');
  expect(stdout).toContain("has the role admin from the next request on.");
  expect(stdout).toMatch(/^DF-\w{5}-/m);
  expect(stdout).toContain("everything adds up.");
}
