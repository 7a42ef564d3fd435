// Starting: what cannot work is refused in words that say what to do, and what is printed is true.
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow } from "../api/user.ts";
import { type Processes, processes } from "./running.ts";

const stack = /^\s+at /m;

test.concurrent("with few file handles it says so once, and what to do; with enough it says nothing", async ({
  skip,
  onTestFinished,
}) => {
  if (process.platform !== "linux") skip("only Linux has /proc/self/limits");
  const { emptyFolder, start } = processes(onTestFinished);
  const script = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));
  for (const [limit, count] of [
    [1023, 1],
    [1024, 0],
  ] as const) {
    const command = ["sh", "-c", `ulimit -n ${limit} && exec "$0" "$1"`, process.execPath, script];
    const { stdout, stop } = await start(await emptyFolder(), { command });
    const warnings = stdout().match(/^\{"level":"warn".*"maxOpenFiles":.*$/gm) ?? [];
    expect(warnings).toHaveLength(count);
    if (count > 0) expect(JSON.parse(warnings[0] ?? "")).toMatchObject({ maxOpenFiles: limit });
    if (count > 0) expect(warnings[0]).toContain("ulimit -n");
    await stop("SIGTERM");
  }
});

test.concurrent("it prints where it listens, and a line for curl that registers as it stands there", async ({
  skip,
  onTestFinished,
}) => {
  if (!isInstalled("curl")) skip("curl is not installed here");
  const { emptyFolder, start } = processes(onTestFinished);
  const running = await start(await emptyFolder());
  const [line = ""] = /^curl .*$/m.exec(running.stdout()) ?? [];
  const { stdout } = await promisify(execFile)("sh", ["-c", `${line} -sS`]);
  const { code, data } = JSON.parse(stdout);
  expect([code, data.email]).toEqual([0, "you@example.com"]);
  expect((await running.call("GET", "/credits", { token: data.token })).body.data.balance).toBe(100);
});

test.concurrent("npm start runs it in the foreground: a signal to npm ends it, and it starts again on the same folder and port", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const dataDir = await emptyFolder();
  const command = ["npm", "start", "--silent"];
  const first = await start(dataDir, { command, cwd });
  const user = await first.register();
  const { id } = await create(user, { prompt: "before", size: "64x64" });
  const before = await follow(user, id);
  await first.stop("SIGKILL");
  const second = await start(dataDir, { command, cwd, environment: { PORT: String(first.port) } });
  expect(second.port).toBe(first.port);
  expect((await user.call("GET", `/jobs/${id}`)).body.data).toEqual(before);
  expect((await fetch(before.resultUrls[0])).status).toBe(200);
  await checkLedger(user);
  process.kill(second.pid, "SIGTERM");
  expect(await second.ended).toEqual({ code: 0, signal: null });
});

test.concurrent.for(["random bytes", "a truncated file", "text"])(
  "F47: a table.sqlite of %s is named, left as it is, and not started with",
  async (damage, { onTestFinished }) => {
    const { emptyFolder, start, startInVain } = processes(onTestFinished);
    const dataDir = await emptyFolder();
    const path = join(dataDir, "table.sqlite");
    if (damage === "random bytes") await writeFile(path, randomBytes(8192));
    if (damage === "text") await writeFile(path, "CREATE TABLE items;\n".repeat(100));
    if (damage === "a truncated file") await cutTable(start, dataDir, path);
    const bytes = await readFile(path);
    const { code, stdout, stderr } = await startInVain(dataDir);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(path);
    expect(stderr).not.toMatch(stack);
    expect(await readFile(path)).toEqual(bytes);
  },
);

async function cutTable(start: Processes["start"], dataDir: string, path: string): Promise<void> {
  const running = await start(dataDir);
  await running.register();
  await running.stop("SIGTERM");
  await truncate(path, 4096);
}

test.concurrent("a port that is taken is named, with what to do", async ({ onTestFinished }) => {
  const { emptyFolder, startInVain } = processes(onTestFinished);
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const port = String((other.address() as { port: number }).port);
  const { code, stdout, stderr } = await startInVain(await emptyFolder(), { environment: { PORT: port } });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(port);
  expect(stderr).toMatch(/Choose another .*PORT/i);
  expect(stderr).not.toMatch(stack);
});

test.concurrent.for<[string, Record<string, string>, RegExp]>([
  ["F59: production without JWT_SECRET", { NODE_ENV: "production" }, /JWT_SECRET is required/],
  ["F59: a short JWT_SECRET", { JWT_SECRET: "secret" }, /JWT_SECRET must have at least 32 bytes/],
  ["a port that is none", { PORT: "http" }, /PORT must be/],
  ["two wrong settings", { TIMER_SECONDS: "soon", WELCOME_CREDITS: "-1" }, /WELCOME_CREDITS .*\n.*TIMER_SECONDS /],
  ["a TRUSTED_HOSTS that is a URL", { TRUSTED_HOSTS: "http://127.0.0.1:8080" }, /TRUSTED_HOSTS/],
  ["a default provider that does not exist", { DEFAULT_IMAGE_PROVIDER: "skech" }, /DEFAULT_IMAGE_PROVIDER/],
  [
    "a default provider that generates nothing",
    { DEFAULT_VIDEO_PROVIDER: "import" },
    /DEFAULT_VIDEO_PROVIDER .*: .*, sketch\n/,
  ],
])(
  "%s is refused by name, without a stack and without the value of a secret",
  async ([, environment, said], { onTestFinished }) => {
    const { emptyFolder, startInVain } = processes(onTestFinished);
    const { code, stdout, stderr } = await startInVain(await emptyFolder(), { environment });
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(said)]);
    expect(stderr).not.toMatch(stack);
    expect(stderr).not.toMatch(/"secret"/);
  },
);

test.concurrent("F59: a jwt-secret that is no secret is named, left as it is, and not started with", async ({
  onTestFinished,
}) => {
  const { emptyFolder, startInVain } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const path = join(dataDir, "jwt-secret");
  await writeFile(path, "hunter2");
  const { code, stdout, stderr } = await startInVain(dataDir);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(path);
  expect(stderr).not.toContain("hunter2");
  expect(await readFile(path, "utf8")).toBe("hunter2");
  expect(stderr).not.toMatch(stack);
});

test.concurrent.for(["a file", "below a file", "with a file for the objects", "where no folder can be made"])(
  "F45: a DATA_DIR that is %s is named, without a stack",
  async (what, { onTestFinished }) => {
    const { emptyFolder, startInVain } = processes(onTestFinished);
    const folder = await emptyFolder();
    await writeFile(join(folder, "file"), "");
    const places: Record<string, string> = {
      "a file": join(folder, "file"),
      "below a file": join(folder, "file/data"),
      "where no folder can be made": "/proc/dream-factory",
    };
    const dataDir = places[what] ?? join(folder, "data");
    if (!places[what]) {
      await mkdir(dataDir);
      await writeFile(join(dataDir, "objects"), "");
    }
    const { code, stdout, stderr } = await startInVain(dataDir, { cwd: folder });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(dataDir);
    expect(stderr).not.toMatch(stack);
  },
);

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
