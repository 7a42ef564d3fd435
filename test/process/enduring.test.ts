// What one request does to the process, and what it does not.
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { create, follow, until } from "../api/user.ts";
import { processes } from "./running.ts";

test("F63: 20 bodies of 20 MB and 20 gzip bombs at once are refused, and memory stays flat", async ({
  skip,
  onTestFinished,
}) => {
  if (process.platform !== "linux") skip("the memory of a process is read from /proc");
  const { emptyFolder, start } = processes(onTestFinished);
  const running = await start(await emptyFolder());
  const user = await running.register();
  const before = await peakMegabytes(running.pid);
  const headers = { authorization: `Bearer ${user.token}`, "content-type": "application/json" };
  const json = Buffer.alloc(20 * 1024 * 1024, "[");
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
  const statuses = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0
        ? post(running.url, headers, json)
        : post(running.url, { ...headers, "content-encoding": "gzip" }, bomb),
    ),
  );
  expect(statuses).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 413 : 415)));
  expect((await peakMegabytes(running.pid)) - before).toBeLessThan(150);
  const { id } = await create(user, { prompt: "still there", size: "64x64" });
  expect((await follow(user, id)).status).toBe("completed");
});

test("F68: a rejection that nobody waits for is logged, and the process goes on", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const preload = 'process.on("SIGUSR2", () => void Promise.reject(new Error("too late to matter")))';
  const running = await start(await emptyFolder(), { node: ["--import", `data:text/javascript,${preload}`] });
  process.kill(running.pid, "SIGUSR2");
  const stdout = await until(
    async () => running.stdout(),
    (text) => text.includes("too late to matter"),
  );
  expect(stdout).toContain("a rejection was not handled");
  expect((await running.call("GET", "/health")).status).toBe(200);
});

/** The most memory that the process ever held, in MB. */
async function peakMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

function post(url: string, headers: Record<string, string>, body: Uint8Array): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/api/v1/ai/generate-image`, { method: "POST", agent: false, headers });
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once("error", reject);
    request.end(body);
  });
}
