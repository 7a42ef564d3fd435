// What the process asks of the disk before it answers, as the kernel sees it.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { countStatuses, createAtOnce } from "../api/at-once.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow } from "../api/user.ts";
import { processes } from "../process/running.ts";

const program = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));
const calls = "fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg";
const canTrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

const ONE_BY_ONE = 10;
const AT_ONCE = 40;

test("F49: every create that is answered has its account, its job and its key on the disk before the answer leaves", async ({
  skip,
  onTestFinished,
}) => {
  skip(!canTrace, "seeing calls to the system needs strace");
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const trace = `${await emptyFolder()}/trace`;
  // -D: the traced process keeps its parent, so that signals and exit codes are its own.
  const strace = ["strace", "-D", "-f", "-y", "-s", "16", "-e", `trace=${calls}`, "-o", trace];
  const running = await start(dataDir, {
    command: [...strace, process.execPath, program],
    environment: { MAX_ACTIVE_JOBS: "100" },
  });
  const user = await running.register();
  const ids: string[] = [];
  for (let i = 0; i < ONE_BY_ONE; i++) ids.push((await create(user, { prompt: `${i}`, size: "64x64" })).id);
  const { answers } = await createAtOnce(running.url, user, AT_ONCE, (i) => ({
    json: { prompt: `crowd ${i}`, size: "64x64" },
    headers: { "idempotency-key": `crowd ${i}` },
  }));
  expect(countStatuses(answers)).toEqual({ 202: AT_ONCE });
  for (const id of [...ids, ...answers.map(({ body }) => body.data.id)]) await follow(user, id);
  await checkLedger(user);
  await running.stop("SIGTERM");

  const { accepted, unsynced, waits } = readTrace(await readFile(trace, "utf8"), running.pid);
  expect(accepted).toBe(ONE_BY_ONE + AT_ONCE);
  expect(unsynced).toEqual([]);
  expect(waits).toBeGreaterThan(ONE_BY_ONE);
  expect(journalMode(join(dataDir, "table.sqlite"))).toBe("wal");
});

/**
 * SQLite and the sockets are served by one thread, so its calls stand in the order in which they happened: at an answer, what was
 * written into the log of the database must have been synced. Whoever was answered alone must have caused a sync since the last answer.
 */
function readTrace(text: string, pid: number) {
  const unsynced: string[] = [];
  let [accepted, waits, waitsSinceAnswer, isDirty] = [0, 0, 0, false];
  let interrupted = "";
  for (const part of text.split("\n")) {
    if (!part.startsWith(`${pid} `)) continue;
    // A call during which another thread did something stands in two lines.
    const line = interrupted + part;
    interrupted = line.endsWith(" <unfinished ...>") ? line : "";
    if (interrupted !== "") continue;
    if (/ pwrite(64|v)\(\d+<[^>]*table\.sqlite-wal>/.test(line)) isDirty = true;
    if (/ f(data)?sync\(\d+<[^>]*table\.sqlite-wal>.*\) += 0$/.test(line)) {
      isDirty = false;
      waits++;
      waitsSinceAnswer++;
    }
    if (!/"HTTP\/1\.1 202 /.test(line)) continue;
    accepted++;
    const isAlone = accepted <= ONE_BY_ONE;
    if (isDirty || (isAlone && waitsSinceAnswer === 0)) unsynced.push(line);
    waitsSinceAnswer = 0;
  }
  return { accepted, unsynced, waits };
}

function journalMode(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare("PRAGMA journal_mode").get()?.journal_mode;
  } finally {
    db.close();
  }
}
