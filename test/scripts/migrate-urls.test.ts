// npm run migrate-urls, as a process, beside a server: what answers is kept, what does not is reported, nothing is charged, nothing made twice.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { idOf } from "../../scripts/migrate-urls/migrate-url.ts";
import { rowsOf } from "../../scripts/migrate-urls/rows.ts";
import { isUuidV7 } from "../../shared/ports/ids.ts";
import { type Product, startProduct } from "../api/local.ts";
import { creditsOf, listAll, type ShownJob, type User } from "../api/user.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";
import { runScript } from "./run-script.ts";

let origin: Origin;
let product: Product;
let folder: string;
let file: string;
let user: User;
let delayMs = 0;

beforeAll(async () => {
  origin = await startOrigin((request, response) => {
    const { url = "" } = request;
    if (url.startsWith("/gone")) return response.writeHead(404).end();
    if (url.startsWith("/page"))
      return response.writeHead(200, { "content-type": "image/png" }).end("<html>expired</html>");
    setTimeout(() => response.writeHead(200, { "content-type": "image/png" }).end(tinyPng), delayMs);
  });
  product = await startProduct({ environment: { TRUSTED_HOSTS: new URL(origin.url).host } });
  folder = await mkdtemp(join(tmpdir(), "migrate-"));
  file = join(folder, "old.jsonl");
});
afterAll(async () => {
  await product.close();
  await origin.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  user = await product.register();
  origin.requests.length = 0;
  delayMs = 0;
});

const settings = () => ({ TRUSTED_HOSTS: new URL(origin.url).host });
const migrate = (...args: string[]) =>
  runScript("scripts/migrate-urls.ts", [file, ...args], product.dataDir, settings());

interface OldRow {
  jobId: string;
  userId: string;
  type: string;
  urls: string[];
  createdAt: string | number;
}

const row = (jobId: string, paths: string[], more: Partial<OldRow> = {}): OldRow => ({
  ...{ jobId, userId: user.email, type: "image", createdAt: "2024-03-01T10:00:00Z" },
  urls: paths.map((path) => `${origin.url}${path}`),
  ...more,
});

async function write(...rows: (OldRow | string)[]): Promise<void> {
  await writeFile(file, rows.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n"));
}

async function reported(): Promise<ShownJob[]> {
  const lines = (await readFile(join(folder, "old.report.jsonl"), "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).toSorted((a, b) => a.line - b.line);
}

async function booksAreRight(): Promise<void> {
  expect(await creditsOf(user)).toMatchObject({ balance: 100, held: 0, totalSpent: 0 });
  expect(await runScript("scripts/check-ledger.ts", [], product.dataDir)).toMatchObject({ code: 0 });
}

describe("npm run migrate-urls", () => {
  test("keeps what answers under its old time, reports what does not, and charges nothing", async () => {
    await write(
      row("old-1", ["/a.png", "/b.png"]),
      row("old-2", ["/gone.png", "/c.png"], { createdAt: Date.UTC(2024, 4, 1), userId: user.userId }),
      row("old-3", ["/page.png"]),
      row("old-4", ["/a.png"], { userId: "nobody@example.com" }),
      "not a row",
      row("old-6", ["/a.mp3"], { type: "audio" }),
    );
    const { code, stdout, stderr } = await migrate("--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      { rows: 6, copied: 3, there: 0, gone: 3, unreadable: 2, unfinished: 0 },
    ]);
    expect(stderr).toContain("6 of 6 rows: 3 copied, 3 gone, 2 lines unreadable;");
    const report = await reported();
    expect(report.map(({ line, state }) => [line, state])).toEqual([
      [1, "copied"],
      [1, "copied"],
      [2, "gone"],
      [2, "copied"],
      [3, "gone"],
      [4, "nobody"],
      [5, "unreadable"],
      [6, "unreadable"],
    ]);
    expect(report[2]).toMatchObject({
      jobId: "old-2",
      url: `${origin.url}/gone.png`,
      why: expect.stringContaining("404"),
    });
    const { items } = await listAll(user, "/jobs");
    expect(items.map(({ createdAt, metadata }) => [createdAt, metadata])).toEqual([
      ["2024-05-01T00:00:00.000Z", { migratedFrom: "old-2", index: 1 }],
      ["2024-03-01T10:00:00.000Z", { migratedFrom: "old-1", index: expect.any(Number) }],
      ["2024-03-01T10:00:00.000Z", { migratedFrom: "old-1", index: expect.any(Number) }],
    ]);
    for (const { id, status, outputs } of items) {
      expect([status, outputs.length]).toEqual(["completed", 1]);
      const kept = await fetch(outputs[0].url);
      expect([kept.status, kept.headers.get("content-type")]).toEqual([200, "image/png"]);
      expect(outputs[0].sha256).toBe(
        createHash("sha256")
          .update(await kept.bytes())
          .digest("hex"),
      );
      expect(report.map(({ newJobId }) => newJobId)).toContain(id);
    }
    await booksAreRight();
  });

  test("run again fetches nothing that is kept, and makes nothing twice", async () => {
    await write(row("old-1", ["/a.png", "/b.png"]), row("old-2", ["/c.png"]));
    expect((await migrate()).code).toBe(0);
    const fetched = origin.requests.length;
    const again = await migrate("--json");
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([0, { copied: 0, there: 3, gone: 0 }]);
    expect(origin.requests.length).toBe(fetched);
    expect((await listAll(user, "/jobs")).items).toHaveLength(3);
    await booksAreRight();
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "ended by %s in the middle, and run again, it has each file once",
    async (signal) => {
      const rows = Array.from({ length: 24 }, (_, i) => row(`old-${i}`, [`/${i}.png`]));
      await write(...rows);
      delayMs = 60;
      const env = { ...process.env, DATA_DIR: product.dataDir, ...settings() };
      const child = spawn(process.execPath, ["scripts/migrate-urls.ts", file, "--at-once", "2"], { env });
      const output = text(child.stdout);
      await expect.poll(() => origin.requests.length, { timeout: 20_000 }).toBeGreaterThan(6);
      child.kill(signal);
      const [code] = await once(child, "close");
      const before = (await listAll(user, "/jobs")).items.length;
      expect(before).toBeLessThan(24);
      if (signal === "SIGTERM")
        expect([code, await output]).toEqual([1, expect.stringContaining("Stopped: run it again")]);
      delayMs = 0;
      const again = await migrate("--json");
      expect([again.code, again.stdout]).toEqual([0, expect.any(String)]);
      const { copied, there } = JSON.parse(again.stdout);
      expect([copied + there, there > 0]).toEqual([24, true]);
      const { items } = await listAll(user, "/jobs");
      const from = new Set(items.map(({ metadata }) => metadata.migratedFrom));
      expect([items.length, from.size, new Set(items.map(({ status }) => status))]).toEqual([
        24,
        24,
        new Set(["completed"]),
      ]);
      await booksAreRight();
    },
  );

  test.each([
    [[], 2, "Which file?"],
    [["/nowhere/old.jsonl"], 1, "There is no file /nowhere/old.jsonl."],
    [["package.json", "--at-once", "0"], 2, "--at-once must be a whole number from 1 to 64."],
    [["package.json", "--report", "package.json"], 2, "The report must not be the file itself."],
  ])("%j ends with %i and says why", async (args, code, says) => {
    const ran = await runScript("scripts/migrate-urls.ts", args, product.dataDir);
    expect([ran.code, ran.stdout, ran.stderr.startsWith(says)]).toEqual([code, "", true]);
  });
});

test("a row that cannot be meant is named with its line", async () => {
  const good = row("a", ["/a.png"]);
  const bad = [
    [{ ...good, jobId: 7 }, "jobId"],
    [{ ...good, userId: "" }, "userId"],
    [{ ...good, type: "text" }, "type"],
    [{ ...good, urls: [] }, "urls"],
    [{ ...good, urls: ["file:///etc/passwd"] }, "urls"],
    [{ ...good, createdAt: "yesterday" }, "createdAt"],
    [{ ...good, createdAt: 4_102_444_800_000 }, "createdAt"],
    [[good], "jobId"],
  ] as const;
  await writeFile(
    file,
    `\uFEFF${[good, ...bad.map(([each]) => each)].map((each) => JSON.stringify(each)).join("\r\n")}\r\n\r\n`,
  );
  const rows = [];
  for await (const each of rowsOf(file)) rows.push(each);
  expect(rows[0]).toMatchObject({ line: 1, jobId: "a", createdAt: Date.UTC(2024, 2, 1, 10) });
  expect(rows.slice(1)).toEqual(bad.map(([, name], i) => ({ line: i + 2, problem: expect.stringContaining(name) })));
});

test("ids follow from the old ones, and from their time", () => {
  const at = Date.UTC(2024, 2, 1);
  const ids = [
    idOf("u", "a", 0, at),
    idOf("u", "a", 0, at),
    idOf("u", "a", 1, at),
    idOf("v", "a", 0, at),
    idOf("u", "b", 0, at),
  ];
  expect([ids.every(isUuidV7), new Set(ids).size, ids[0] === ids[1]]).toEqual([true, 4, true]);
  expect(idOf("u", "a", 0, at + 1000) > (ids[0] ?? "")).toBe(true);
});
