import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { createLog, type LogOptions } from "../../shared/runtime/telling/log.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678), sleep: async () => {} };

function recorder(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "debug", clock, destination: { write: (line) => lines.push(line) }, ...options });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "null") };
}

test("a line is one JSON object with level, time, fields and message", () => {
  const { log, lines, last } = recorder();
  log.info({ jobId: "j1", ms: 12 }, "job\r\ncompleted");
  expect(lines[0]).toMatch(/^[^\r\n]*\n$/);
  expect(last()).toEqual({
    level: "info",
    time: "2026-01-02T03:04:05.678Z",
    jobId: "j1",
    ms: 12,
    message: "job\r\ncompleted",
  });
});

test("level, time, the child's fields, those of the call and the message stand in this order", () => {
  const { log, lines } = recorder();
  log.child({ requestId: "r1", n: 1 }).warn({ b: 2, n: 3, a: 4 }, "done");
  expect(lines[0]).toBe(
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","requestId":"r1","n":3,"b":2,"a":4,"message":"done"}\n',
  );
});

test("no field takes the place of level, time or message", () => {
  const { log, lines } = recorder();
  log.child({ level: "child", message: "child" }).error({ level: "mine", time: "mine", message: "mine" }, "done");
  expect(lines[0]).toBe('{"level":"error","time":"2026-01-02T03:04:05.678Z","message":"done"}\n');
});

test("what JSON has no word for leaves the rest of its line as it is", () => {
  const { log, last } = recorder();
  log.info({ gone: undefined, act: () => 1, name: Symbol("x"), nan: Number.NaN, nothing: null, last: 1 }, "x");
  expect(last()).toEqual({ level: "info", time: expect.any(String), nan: null, nothing: null, last: 1, message: "x" });
});

test("a child's fields stand on each of its lines, redacted too", () => {
  const { log, last } = recorder();
  log.child({ requestId: "r1", authorization: "Basic Zm9vOmJhcg==" }).child({ userId: "u1" }).warn({}, "x");
  expect(last()).toMatchObject({ requestId: "r1", userId: "u1", authorization: "[redacted]" });
});

test("only lines at or above the level are written, and silent writes none", () => {
  const { log, lines } = recorder({ level: "warn" });
  log.debug({}, "1");
  log.info({}, "2");
  log.warn({}, "3");
  log.error({}, "4");
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(["3", "4"]);
  const silent = recorder({ level: "silent" });
  silent.log.error({}, "5");
  expect(silent.lines).toEqual([]);
});

test.each([
  "authorization",
  "Authorization",
  "cookie",
  "set-cookie",
  "key",
  "apiKey",
  "api_key",
  "X-Api-Key",
  "accessKeyId",
  "token",
  "refreshToken",
  "secret",
  "jwtSecret",
  "password",
  "currentPassword",
  "passwordHash",
  "webhook-signature",
  "x-amz-security-token",
  "Idempotency-Key",
])("the field %s is hidden at any depth", (name) => {
  const { log, lines } = recorder();
  log.error({ [name]: "hunter2", a: { b: [{ [name]: { deep: "hunter2" } }] } }, "x");
  expect(lines[0]).not.toContain("hunter2");
});

test.each([
  ["a signed URL", "GET https://b.example/o?X-Amz-Signature=hunter2&OSSAccessKeyId=hunter2 failed"],
  ["a relative signed URL", "/media/users/a?expires=1&signature=hunter2"],
  ["a URL with a user", "https://user:hunter2@b.example/"],
  ["a bearer token", "sent Authorization: Bearer hunter2.hunter2"],
  ["a JWT", "bad eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2"],
  ["a password hash", "$argon2id$v=19$m=19456,t=2,p=1$hunter2$hunter2"],
  ["the configured secret", "it is s3cr3t-value-hunter2!"],
])("%s is hidden in messages, in texts and in the messages and stacks of errors", (_name, text) => {
  const { log, lines } = recorder({ secrets: ["s3cr3t-value-hunter2!"] });
  log.error({ text, error: new Error(text, { cause: new AppError("unavailable", { message: text }) }) }, text);
  expect(lines[0]).not.toContain("hunter2");
});

test("a harmless URL and an object's key under another name are kept", () => {
  const { log, last } = recorder();
  log.info({ url: "https://b.example/users/1/a.png", objectKey: "users/1/a.png" }, "stored");
  expect(last()).toMatchObject({ url: "https://b.example/users/1/a.png", objectKey: "users/1/a.png" });
});

test("an error is written with its name, stack and whole chain of causes", () => {
  const { log, last } = recorder();
  const root = Object.assign(new Error("disk"), { code: "EIO" });
  log.error({ error: new AppError("unavailable", { cause: new Error("table", { cause: root }) }) }, "failed");
  expect(last().error).toMatchObject({
    name: "AppError",
    type: "unavailable",
    stack: expect.stringContaining("log.test.ts"),
    cause: { message: "table", cause: { message: "disk", code: "EIO" } },
  });
});

test("logging never throws: circles, getters that throw, big integers, wide and long values", () => {
  const { log, lines } = recorder();
  const circle: Record<string, unknown> = { big: 2n ** 70n };
  circle.self = circle;
  log.info(circle, "circle");
  log.info(
    Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    }),
    "getter",
  );
  log.info({ wide: Array.from({ length: 100_000 }, () => ({})), long: "x".repeat(1_000_000) }, "wide");
  log.info(new Error("top") as object, "error");
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line.length).toBeLessThan(30_000);
});

test("what cannot be read hides nothing else of its line", () => {
  const { log, last } = recorder();
  const fields = Object.defineProperty({ before: 1 } as object, "broken", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  log.info(Object.assign({ after: 2 }, { inner: fields }), "x");
  expect(last()).toMatchObject({ after: 2, inner: { before: 1, broken: "[unreadable]" } });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  log.child({ requestId: "r1" }).info(proxy, "y");
  expect(last()).toMatchObject({ requestId: "r1", unreadable: expect.any(String), message: "y" });
});

test("a line is never larger than a cloud takes, and of a secret that lies over the cut nothing is left", () => {
  const { log, lines } = recorder({ secrets: ["s3cr3t-value-hunter2!"] });
  const texts = Array.from({ length: 400 }, (_, i) => `${i} ${"€".repeat(4000)}`);
  log.info({ texts, names: Object.fromEntries(texts.map((text) => [text, text])) }, "€".repeat(100_000));
  log.info({ text: `${"x".repeat(8192 - 10)}s3cr3t-value-hunter2!` }, "cut");
  expect(Buffer.byteLength(lines[0] ?? "")).toBeLessThan(256 * 1024);
  expect(lines[1]).not.toContain("s3cr3t");
});

test("lines that were logged before an exit are on stdout", () => {
  const script = `
    import { createLog } from "./shared/runtime/log.ts";
    import { realClock } from "./shared/runtime/real.ts";
    const log = createLog({ level: "info", clock: realClock });
    for (let n = 0; n < 500; n++) log.info({ n }, "line");
    process.exit(0);`;
  const out = execFileSync(process.execPath, ["--input-type=module-typescript", "-e", script], { encoding: "utf8" });
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(500);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ n: 499, level: "info" });
});

test("a pipe that is full loses no line: whoever logs waits for its reader", async () => {
  const script = `
    import { writeSync } from "node:fs";
    import { createLog } from "./shared/runtime/log.ts";
    import { realClock } from "./shared/runtime/real.ts";
    const log = createLog({ level: "info", clock: realClock });
    process.stdout._handle.setBlocking(false);
    const fill = Buffer.alloc(4096, "\\n");
    for (let isFull = false; !isFull; ) {
      try { writeSync(1, fill); } catch (error) { isFull = error.code === "EAGAIN"; }
    }
    writeSync(2, "full");
    for (let n = 0; n < 500; n++) log.info({ n, text: "x".repeat(8000) }, "line");`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  await once(child.stderr, "data");
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().split("\n").filter(Boolean);
  expect(lines.map((line) => JSON.parse(line).n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

test("whoever logs to a reader that is gone lives on", () => {
  const script = `
    import { createLog } from "./shared/runtime/log.ts";
    import { realClock } from "./shared/runtime/real.ts";
    const log = createLog({ level: "info", clock: realClock });
    for (let n = 0; n < 500; n++) log.info({ text: "x".repeat(8000) }, "line");
    process.stderr.write("alive");`;
  const file = join(mkdtempSync(join(tmpdir(), "log-")), "script.ts");
  onTestFinished(() => rmSync(dirname(file), { recursive: true }));
  writeFileSync(file, script.replaceAll("./shared", join(process.cwd(), "shared")));
  const { stderr } = spawnSync("bash", ["-c", '"$0" "$1" | true', process.execPath, file], { encoding: "utf8" });
  expect(stderr).toBe("alive");
});
