// What stands in for Lambda itself, shown with packages of a few lines.
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../patience.ts";
import { type LambdaFunction, startLambda } from "../servers/lambda/instance.ts";
import { startRuntimeApi } from "../servers/lambda/runtime-api.ts";
import { unzipInto } from "../servers/zip.ts";
import { lambdaOf, plain } from "./lambda-functions.ts";
import { startGate } from "./packages.ts";

describe("a Lambda function", () => {
  let lambda: LambdaFunction;
  beforeAll(async () => {
    lambda = await lambdaOf(plain, { name: "plain", environment: { COLOUR: "red" }, memoryMb: 256, maxConcurrency: 1 });
  });
  beforeEach(() => lambda.idle());

  test("keeps its process from one invocation to the next, and tells it how long it has", async () => {
    const first = await lambda.invoke({ a: 1 });
    expect(first).toEqual({ payload: { count: 1, event: { a: 1 }, remaining: expect.any(Number), arn: lambda.arn } });
    await lambda.idle();
    expect(await lambda.invoke({})).toMatchObject({ payload: { count: 2 } });
    expect(lambda.started).toHaveLength(1);
  });

  test.runIf(process.platform === "linux")("stands still between two invocations", async () => {
    await lambda.invoke({});
    await lambda.idle();
    // "T": stopped, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
    await eventually(() => expect(readFileSync(`/proc/${lambda.started.at(-1)}/stat`, "utf8")).toMatch(/\) T /));
  });

  test("has no environment but Lambda's and its own", async () => {
    const { payload } = (await lambda.invoke({ do: "environment" })) as { payload: { environment: object } };
    expect(payload.environment).toMatchObject({
      COLOUR: "red",
      AWS_REGION: "eu-central-1",
      AWS_LAMBDA_FUNCTION_NAME: "plain",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_SESSION_TOKEN: expect.any(String),
      _HANDLER: "index.handler",
    });
    const ours = Object.keys(payload.environment).filter((name) => !/^(AWS_|LAMBDA_|_)/.test(name));
    expect(ours.sort()).toEqual(["COLOUR", "LANG", "PATH", "TZ"]);
  });

  test("that throws fails this invocation, and stays", async () => {
    expect(await lambda.invoke({ do: "throw" })).toEqual({
      error: { errorType: "TypeError", errorMessage: "as it was told", trace: expect.any(Array) },
    });
    await lambda.idle();
    expect(await lambda.invoke({})).toHaveProperty("payload.count");
    expect(lambda.started).toHaveLength(1);
  });

  test("whose payload is larger than 6 MB fails", async () => {
    expect(await lambda.invoke({ do: "large" })).toMatchObject({
      error: { errorType: "Function.ResponseSizeTooLarge" },
    });
  });

  test.each([
    ["exits", "exit", "Runtime.ExitError", "exit status 7"],
    ["throws where nobody awaits it", "crash", "Error", "out of the blue"],
  ])("that %s is replaced by a new process", async (_how, what, errorType, errorMessage) => {
    const before = lambda.started.length;
    const outcome = await lambda.invoke({ do: what });
    expect(outcome).toMatchObject({ error: { errorType, errorMessage: expect.stringContaining(errorMessage) } });
    await lambda.idle();
    await lambda.invoke({});
    expect(lambda.started.length).toBe(before + 1);
  });

  test("runs as many processes as it has invocations at once, and no more than it may", async () => {
    const few = await lambdaOf(plain, { maxConcurrency: 2 });
    const gate = await startGate((end) => onTestFinished(end));
    const both = [few.invoke({ do: "wait", gate: gate.url }), few.invoke({ do: "wait", gate: gate.url })];
    await gate.reached;
    expect(await few.invoke({})).toMatchObject({ error: { errorType: "TooManyRequestsException" } });
    gate.open();
    expect(await Promise.all(both)).toMatchObject([{ payload: { count: 1 } }, { payload: { count: 1 } }]);
    expect(new Set(few.started).size).toBe(2);
  });

  test("is killed at its time limit", async () => {
    const brief = await lambdaOf(plain, { timeoutSeconds: 0.2 });
    const errorMessage = expect.stringContaining("Task timed out after 0.20 seconds");
    expect(await brief.invoke({ do: "never" })).toEqual({ error: { errorType: "Sandbox.Timedout", errorMessage } });
    expect(await brief.invoke({})).toMatchObject({ payload: { count: 1 } });
  });

  test("that is killed in the middle ends its invocation with an error", async () => {
    const killed = await lambdaOf(plain);
    const gate = await startGate((end) => onTestFinished(end));
    const outcome = killed.invoke({ do: "wait", gate: gate.url });
    await gate.reached;
    expect(await killed.kill()).toBe(1);
    expect(await outcome).toMatchObject({ error: { errorMessage: expect.stringContaining("signal: killed") } });
    expect(await killed.kill()).toBe(0);
  });

  test.each([
    ["export const other = 1;", "Runtime.HandlerNotFound"],
    ["import 'not-there'; export const handler = async () => {};", "Error"],
  ])("that cannot be loaded fails with the reason: %s", async (source, errorType) => {
    const broken = await lambdaOf(source);
    expect(await broken.invoke({})).toMatchObject({ error: { errorType } });
  });

  test("is not started below modules that it did not bring", async () => {
    await expect(startLambda({ folder: join(process.cwd(), "shared") })).rejects.toThrow("holds node_modules");
  });
});

describe("the Runtime API", () => {
  test("hands an event to who polls, with its headers, and takes its answer once", async () => {
    const api = await startRuntimeApi("arn:aws:lambda:eu-central-1:1:function:by-hand");
    onTestFinished(() => api.close());
    const base = `http://${api.address}/2018-06-01/runtime`;
    const outcome = api.invoke({ a: 1 }, { deadlineAt: 1234 });
    const next = await fetch(`${base}/invocation/next`);
    const id = next.headers.get("lambda-runtime-aws-request-id");
    expect(await next.json()).toEqual({ a: 1 });
    expect(next.headers.get("lambda-runtime-deadline-ms")).toBe("1234");
    expect(next.headers.get("lambda-runtime-invoked-function-arn")).toBe(
      "arn:aws:lambda:eu-central-1:1:function:by-hand",
    );
    expect(next.headers.get("lambda-runtime-trace-id")).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
    const post = (path: string) => fetch(`${base}/invocation/${path}`, { method: "POST", body: '{"b":2}' });
    expect((await post("another/response")).status).toBe(400);
    expect((await post(`${id}/response`)).status).toBe(202);
    expect((await post(`${id}/response`)).status).toBe(403);
    expect(await outcome).toEqual({ payload: { b: 2 } });
  });

  test("refuses a second invocation while one is not answered", async () => {
    const api = await startRuntimeApi();
    const first = api.invoke(1);
    await expect(api.invoke(2)).rejects.toThrow("not over");
    await api.close();
    expect(await first).toMatchObject({ error: { errorType: "Runtime.Closed" } });
  });
});

describe("a package", () => {
  test("is unzipped with its folders, and nothing in it is executable", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dream-factory-zip-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const zip = join(folder, "package.zip");
    await writeFile(zip, zipSync({ "index.mjs": Buffer.from("1"), fonts: { "a.ttf": Buffer.from("font") } }));
    expect(await unzipInto(zip, join(folder, "task"))).toEqual(["index.mjs", "fonts/a.ttf"]);
    expect(await readFile(join(folder, "task/fonts/a.ttf"), "utf8")).toBe("font");
    expect((await stat(join(folder, "task/index.mjs"))).mode & 0o111).toBe(0);
  });

  test("that names a file outside of itself is not unzipped", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dream-factory-zip-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const zip = join(folder, "package.zip");
    await writeFile(zip, zipSync({ "inside.txt": Buffer.from("1"), "../outside.txt": Buffer.from("1") }));
    await expect(unzipInto(zip, join(folder, "task"))).rejects.toThrow("lies outside");
    expect(await readdir(folder)).toEqual(["package.zip"]);
  });
});
