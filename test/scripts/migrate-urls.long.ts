// 10,000 rows of an older system, in one run, and killed on the way and run again: minutes. MIGRATE_ROWS=500 asks for fewer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startProduct } from "../api/local.ts";
import { creditsOf, type User } from "../api/user.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { startOrigin } from "../servers/origin.ts";
import { runScript } from "./run-script.ts";

const ROWS = Number(process.env.MIGRATE_ROWS ?? "10000");
const USERS = 5;
/** Every fiftieth file is gone. */
const GONE_EVERY = 50;
const PATIENCE_MS = 20 * 60_000;

test(`${ROWS} rows in one run, and how long it takes`, { timeout: PATIENCE_MS }, async () => {
  const { origin, product, file } = await oldSystem();
  const settings = { TRUSTED_HOSTS: new URL(origin.url).host };
  const begun = performance.now();
  const { code, stdout } = await runScript("scripts/migrate-urls.ts", [file, "--json"], product.dataDir, settings);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`${ROWS} rows in ${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)} a second`);
  const lost = Math.ceil(ROWS / GONE_EVERY);
  expect([code, JSON.parse(stdout)]).toMatchObject([
    1,
    { rows: ROWS, copied: ROWS - lost, there: 0, gone: lost, unfinished: 0 },
  ]);
});

test(`${ROWS} rows, through a kill: each file once, each loss told, nothing charged`, {
  timeout: PATIENCE_MS,
}, async () => {
  const { origin, product, users, file } = await oldSystem();
  const settings = { TRUSTED_HOSTS: new URL(origin.url).host };
  const env = { ...process.env, DATA_DIR: product.dataDir, ...settings };
  const first = spawn(process.execPath, ["scripts/migrate-urls.ts", file], { env, stdio: "ignore" });
  await expect.poll(() => origin.requests.length, { timeout: PATIENCE_MS, interval: 100 }).toBeGreaterThan(ROWS / 3);
  first.kill("SIGKILL");
  await once(first, "close");

  const { code, stdout } = await runScript("scripts/migrate-urls.ts", [file, "--json"], product.dataDir, settings);
  const { rows, copied, there, gone, unfinished } = JSON.parse(stdout);
  const lost = Math.ceil(ROWS / GONE_EVERY);
  expect([code, rows, copied + there, gone, unfinished]).toEqual([1, ROWS, ROWS - lost, lost, 0]);
  expect(there).toBeGreaterThan(ROWS / 4);
  for (const user of users) expect(await creditsOf(user)).toMatchObject({ balance: 100, held: 0, totalSpent: 0 });
  const books = await runScript("scripts/check-ledger.ts", [], product.dataDir);
  expect(books.stdout).toBe(`${USERS} users, ${ROWS - lost} jobs, ${USERS} ledger lines: everything adds up.\n`);
});

async function oldSystem() {
  const origin = await startOrigin(({ url = "" }, response) => {
    if (url.startsWith("/gone")) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "image/png" }).end(tinyPng);
  });
  onTestFinished(() => origin.close());
  const product = await startProduct();
  onTestFinished(() => product.close());
  const folder = await mkdtemp(join(tmpdir(), "migrate-many-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const users: User[] = [];
  for (let n = 0; n < USERS; n++) users.push(await product.register());
  const file = join(folder, "old.jsonl");
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const url = `${origin.url}/${i % GONE_EVERY === 0 ? "gone" : "kept"}-${i}.png`;
    const userId = users[i % USERS]?.email;
    return JSON.stringify({ jobId: `old-${i}`, userId, type: "image", urls: [url], createdAt: 1_700_000_000_000 + i });
  });
  await writeFile(file, lines.join("\n"));

  return { origin, product, users, file };
}
