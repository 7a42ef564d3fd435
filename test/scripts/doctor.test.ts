// npm run doctor, as a process, at servers that are well and at servers that are not.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import { create } from "../api/user.ts";
import { runScript } from "./run-script.ts";

const origin = "https://app.example.com";
let product: Product;

beforeAll(async () => {
  product = await startProduct({ environment: { CORS_ORIGINS: origin } });
});
afterAll(() => product.close());

const doctor = (...args: string[]) => runScript("scripts/doctor.ts", args, product.dataDir);

async function found(...args: string[]) {
  const { code, stdout, stderr } = await doctor(...args, "--json");
  const { isFine, findings } = JSON.parse(stdout) as {
    isFine: boolean;
    findings: { about: string; state: string; said: string }[];
  };
  return { code, stderr, isFine, findings, wrong: findings.filter(({ state }) => state === "wrong") };
}

test("a server that is well is fine from outside and inside", async () => {
  const user = await product.register();
  await create(user, { prompt: "a lake", model: "sketch-slow" });
  const { code, stderr, isFine, findings, wrong } = await found(product.url, "--origin", origin, "--inside");
  expect([wrong, code, stderr, isFine]).toEqual([[], 0, "", true]);
  expect(findings.map(({ about }) => about)).toEqual(
    expect.arrayContaining([
      "health",
      "version",
      "clock",
      "login",
      "functions",
      "CORS",
      "table",
      "store",
      "timers",
      "jobs",
      "uncertain",
    ]),
  );
  expect(findings.find(({ about }) => about === "jobs")?.said).toBe("1 are unfinished");
  expect((await doctor(product.url)).stdout).toMatch(
    /^fine {2}health: table and store are written and read, in \d+ ms\nfine {2}version: /,
  );
});

test("an origin that is not allowed is named, with what to do", async () => {
  const { code, wrong } = await found(product.url, "--origin", "https://other.example.com");
  expect(code).toBe(1);
  expect(wrong).toEqual([
    {
      about: "CORS",
      state: "wrong",
      said: expect.stringMatching(/^pages of https:\/\/other\.example\.com may not call it: add it to CORS_ORIGINS/),
    },
  ]);
});

test("a function that is not there, and one that takes another method, are named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "doctor-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "endpoints.json");
  const made = await runScript("scripts/endpoints.ts", ["local", "--output", path], product.dataDir, {
    PUBLIC_URL: product.url,
  });
  expect(made.code).toBe(0);
  expect((await found("--endpoints", path)).wrong).toEqual([]);
  const { functions, ...rest } = JSON.parse(await readFile(path, "utf8"));
  functions.login.url = `${product.url}/api/v1/auth/logon`;
  functions["get-me"].method = "DELETE";
  await writeFile(path, JSON.stringify({ ...rest, functions }));
  const { wrong } = await found("--endpoints", path);
  expect(wrong.map(({ about }) => about)).toEqual(["function login", "function get-me"]);
  await writeFile(path, "{}");
  expect((await doctor("--endpoints", path)).stderr).toBe(`${path} is not what npm run endpoints makes.\n`);
});

test("what answers and is not this API, and what does not answer, are wrong", async () => {
  const server = createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const other = await found(url);
  expect(other.wrong[0]).toMatchObject({ about: "health", said: expect.stringContaining("is not this API") });
  await new Promise((resolve) => server.close(resolve));
  const gone = await found(url);
  expect(gone.wrong[0]?.said).toContain("ECONNREFUSED");
});

test("a clock that is wrong by minutes is found", async () => {
  const date = new Date(Date.now() - 300_000).toUTCString();
  const health = JSON.stringify({ code: 0, data: { status: "ok", version: "0.0.1" } });
  const server = createServer((_request, response) => response.setHeader("date", date).end(health)).listen(
    0,
    "127.0.0.1",
  );
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const { findings } = await found(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(findings.find(({ about }) => about === "clock")).toMatchObject({
    state: "wrong",
    said: expect.stringMatching(/ \d{3}\.\d s: signed URLs are refused/),
  });
  expect(findings.find(({ about }) => about === "version")).toMatchObject({ state: "odd" });
});

test("timers that are silent, a queue that waits, and a job without progress are found inside", async () => {
  const still = await startProduct();
  const user = await still.register();
  const job = await create(user, { prompt: "a lake", model: "sketch-slow" });
  await still.runtime.table.get({ partition: "tick#clock", sort: "tick" });
  // Stopped, and looked at an hour later: by moving what it has written back by an hour.
  await still.restart({
    between: async () => {
      const db = new DatabaseSync(join(still.dataDir, "table.sqlite"), { timeout: 10_000 });
      db.exec(
        "UPDATE items SET data = json_set(data, '$.latest', json_extract(data, '$.latest') - 3600000) WHERE partition = 'tick#clock'",
      );
      db.exec("UPDATE items SET due_at = due_at - 7200000 WHERE due_kind = 'job'");
      db.prepare("UPDATE items SET data = json_set(data, '$.looks', 6) WHERE sort = ?").run(`job#${job.id}`);
      db.close();
      const { code, stdout } = await runScript("scripts/doctor.ts", ["--inside", "--json"], still.dataDir);
      const findings = JSON.parse(stdout).findings as { about: string; state: string; said: string }[];
      const of = (about: string) => findings.find((each) => each.about === about);
      expect(code).toBe(1);
      expect(of("timers")).toMatchObject({
        state: "wrong",
        said: expect.stringMatching(/^none has fired for 6\d min/),
      });
      expect(of("queue job")).toMatchObject({ state: "wrong", said: expect.stringContaining("timers do not keep up") });
      expect(of("jobs")).toMatchObject({
        state: "odd",
        said: expect.stringContaining(`npm run jobs -- show ${job.id}`),
      });
    },
  });
  await still.close();
});

test("asking makes no table", async () => {
  const empty = await mkdtemp(join(tmpdir(), "doctor-"));
  onTestFinished(() => rm(empty, { recursive: true }));
  const { code, stdout } = await runScript("scripts/doctor.ts", ["--inside"], empty);
  expect([code, stdout]).toEqual([1, expect.stringContaining("There is no table at")]);
  expect(await readdir(empty)).toEqual([]);
});

test.each([
  [[], "Where is it?"],
  [["api.example.com"], '"api.example.com" is not an http(s) URL'],
  [["https://x.example/api/v1"], "https://x.example/api/v1 ends with /api/v1"],
  [["https://x.example", "--origin", "x"], "--origin must be an origin"],
  [["https://x.example", "--endpoints", "x.json"], "A base URL or --endpoints, not both."],
])("%j is not understood: 2", async (args, says) => {
  const { code, stdout, stderr } = await doctor(...args);
  expect([code, stdout, stderr.startsWith(says)]).toEqual([2, "", true]);
});
