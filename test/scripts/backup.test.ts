// A backup of a server that goes on: what is restored from it, what a killed one leaves, what leaves it again, and what it refuses.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { gone, stallAtFirst, startGallery } from "../api/gallery.ts";
import { filesOf } from "../api/local.ts";
import { create, follow, type ShownJob, type User, until } from "../api/user.ts";
import { childEnvironment } from "../child-environment.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { processes } from "../process/running.ts";
import { type Ran, runScript } from "./run-script.ts";

const script = "scripts/backup.ts";
const small = { prompt: "a phoenix", size: "64x64" };
/** What stands on stderr at each step, in order. */
const steps = ["Files that are new", "The table is", "Files that came meanwhile", "What is gone"];

const backUp = (dataDir: string, folder: string, environment: Record<string, string> = {}): Promise<Ran> =>
  runScript(script, [folder, "--json"], dataDir, environment);

async function backedUp(dataDir: string, folder: string) {
  const { code, stdout, stderr } = await backUp(dataDir, folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** As its text says that it is restored. */
async function restored(folder: string, to: string): Promise<string> {
  await cp(folder, to, { recursive: true, preserveTimestamps: true });
  return to;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function bytesOf(job: ShownJob): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(job.resultUrls[0])).arrayBuffer());
}

/** Looks at it where it lies: every output that a row names is there with its bytes, and all that money did adds up. Answers the jobs. */
async function expectWhole(folder: string): Promise<string[]> {
  const db = new DatabaseSync(join(folder, "table.sqlite"), { readOnly: true });
  const rows = db.prepare("SELECT data FROM items WHERE sort LIKE 'output#%'").all();
  const jobs = db.prepare("SELECT sort FROM items WHERE sort LIKE 'job#%' ORDER BY sort").all();
  db.close();
  for (const { data } of rows) {
    const { key, sha256: expected } = JSON.parse(String(data));
    expect([key, sha256(await readFile(join(folder, "objects", key)))]).toEqual([key, expected]);
  }
  expect(await runScript("scripts/check-ledger.ts", [], folder)).toMatchObject({ code: 0 });
  return jobs.map(({ sort }) => String(sort).slice("job#".length));
}

async function made(user: User, prompt = "a phoenix"): Promise<ShownJob> {
  return follow(user, (await create(user, { ...small, prompt })).id);
}

async function deleted(user: User, dataDir: string, { id }: ShownJob): Promise<void> {
  expect((await user.call("DELETE", `/jobs/${id}`)).status).toBe(200);
  await until(
    () => filesOf(dataDir),
    (files) => !files.some((file) => file.includes(id)),
  );
}

test.concurrent("what had ended is restored with its bytes, what was under way ends, and tokens are good", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const gallery = await startGallery({
    "/slow.png": stallAtFirst,
    "/gone.png": (response, before) => (before === 0 ? stallAtFirst : gone)(response, before),
  });
  onTestFinished(() => gallery.close());
  const environment = { TRUSTED_HOSTS: `127.0.0.1:${gallery.port}`, PRICES: '{"import":3}' };
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const ended = [await made(user), await made(user, "an egg")];
  const under = [
    await create(user, { imageUrl: `${gallery.url}/slow.png` }),
    await create(user, { imageUrl: `${gallery.url}/gone.png` }),
  ];
  for (const { id } of under) await follow(user, id, (job) => job.stage === "transferring");
  const folder = join(place, "backup");
  const said = await backedUp(dataDir, folder);
  expect(said).toMatchObject({ folder, files: { there: 0, removed: 0 }, hasJwtSecret: true });
  expect(said.files.copied).toBe((await filesOf(folder)).length);
  const later = await create(user, small);
  await first.stop("SIGKILL");
  await rm(dataDir, { recursive: true });

  expect((await stat(join(folder, "jwt-secret"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "table.sqlite"))).mode & 0o777).toBe(0o600);
  const second = await start(await restored(folder, join(place, "restored")), {
    environment: { ...environment, PORT: String(first.port) },
    cwd: place,
  });
  for (const job of ended) {
    const again = await follow(user, job.id);
    expect(again).toEqual(job);
    expect(sha256(await bytesOf(again))).toBe(job.outputs[0].sha256);
  }
  const [slow, lost] = [await follow(user, under[0].id), await follow(user, under[1].id)];
  expect([slow.status, lost.status]).toEqual(["completed", "failed"]);
  expect(await bytesOf(slow)).toEqual(new Uint8Array(tinyPng));
  expect((await user.call("GET", `/jobs/${later.id}`)).status).toBe(404);
  expect((await checkLedger(user)).balance).toBe(100 - 2 - 3);
  await made(user);
  await second.stop("SIGTERM");
});

test.concurrent("while jobs are made and deleted, each backup is whole, and takes only what is new", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const environment = { WELCOME_CREDITS: "10000", MAX_ACTIVE_JOBS: "1000", MAX_ACTIVE_FREE_JOBS: "1000" };
  const server = await start(dataDir, { environment });
  const user = await server.register();
  const folder = join(place, "backup");
  let isOver = false;
  let completed = 0;
  const callers = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      await made(user);
      completed += 1;
    }
  });
  const held = new Set<string>();
  try {
    for (const atLeast of [8, 16]) {
      await until(
        async () => completed,
        (count) => count >= atLeast,
      );
      const { files } = await backedUp(dataDir, folder);
      expect(files.there).toBe(held.size);
      for (const file of await filesOf(folder)) held.add(file);
      expect((await expectWhole(folder)).length).toBeGreaterThanOrEqual(atLeast);
    }
  } finally {
    isOver = true;
    await Promise.all(callers);
  }

  // One that comes when all users' files have been gone through already.
  await fill(dataDir, "zither", 300);
  const child = started(dataDir, folder);
  await child.when(async () => (await filesOf(folder)).filter((file) => file.startsWith("zither")).length > 20);
  child.send("SIGSTOP");
  const late = await made(user);
  child.send("SIGCONT");
  expect(await child.ended).toEqual([0, null]);
  expect(await expectWhole(folder)).toContain(late.id);
  await server.stop("SIGTERM");
});

test.concurrent("killed at any step, it leaves what was whole before, or what is whole now; the next one completes it, without what was deleted", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const server = await start(dataDir);
  const user = await server.register();
  const folder = join(place, "backup");
  const [stays, goes] = [await made(user), await made(user, "a secret garden")];
  await backedUp(dataDir, folder);
  await deleted(user, dataDir, goes);
  await made(user);
  await server.stop("SIGTERM");
  await fill(dataDir, "library", 300);

  const words = async () => (await readFile(join(folder, "table.sqlite"), "latin1")).includes("a secret garden");
  const before = await expectWhole(folder);
  expect([before, await words()]).toEqual([[stays.id, goes.id], true]);
  const ends = [await killedWhen(dataDir, folder, async () => (await filesOf(folder)).length > 20)];
  expect(ends).toEqual([[null, "SIGKILL"]]);
  const whole = [await expectWhole(folder)];
  for (const step of steps) {
    ends.push(await killedWhen(dataDir, folder, async (said) => said.includes(step)));
    whole.push(await expectWhole(folder));
  }
  // Where a machine is busy, the last ones may have ended before.
  expect([
    [null, "SIGKILL"],
    [0, null],
  ]).toEqual(expect.arrayContaining(ends));
  expect(whole[0]).toEqual(before);
  const isNew = whole.map((jobs) => jobs.length > before.length);
  expect(isNew).toEqual(isNew.toSorted());

  const { files } = await backedUp(dataDir, folder);
  expect((await filesOf(folder)).sort()).toEqual((await filesOf(dataDir)).sort());
  expect(files.there).toBeGreaterThan(20);
  const after = await expectWhole(folder);
  // Of a deleted job the table keeps that there was one.
  expect([after.length, await words()]).toEqual([3, false]);
  expect((await filesOf(folder)).filter((file) => file.includes(goes.id))).toEqual([]);
  expect((await readdir(join(folder, "~unfinished"))).filter((name) => name !== "lock")).toEqual([]);
});

test.concurrent("it has what an operator put there anew, and of what is temporary only what users have sent", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const server = await start(dataDir);
  await server.register();
  await server.stop("SIGTERM");
  const folder = join(place, "backup");
  const sent = ["temp/inputs/a/b/0", "temp/uploads/a/b"];
  for (const key of [...sent, "temp/outputs/a/b/1-0", "temp/blocked/a/b/1-0"]) await put(dataDir, key, "temporary");
  await put(dataDir, "library/music/calm/piece.wav", "before");
  await backedUp(dataDir, folder);
  await put(dataDir, "library/music/calm/piece.wav", "behind");
  await utimes(join(dataDir, "objects/library/music/calm/piece.wav"), 1, 1);
  expect(await backedUp(dataDir, folder)).toMatchObject({ files: { copied: 1, bytes: 6, there: 2, removed: 0 } });
  expect((await filesOf(folder)).sort()).toEqual(["library/music/calm/piece.wav", ...sent]);
  const copied = join(folder, "objects/library/music/calm/piece.wav");
  expect([await readFile(copied, "utf8"), (await stat(copied)).mtimeMs]).toEqual(["behind", 1000]);
});

test.concurrent("where files lie in a bucket it has the table alone, and says so", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const server = await start(dataDir);
  await made(await server.register());
  const environment = {
    ...{ STORAGE_PROVIDER: "s3", S3_BUCKET: "pictures", S3_REGION: "eu-central-1" },
    ...{ S3_ACCESS_KEY_ID: "key-1", S3_SECRET_ACCESS_KEY: "secret-1" },
  };
  const folder = join(place, "backup");
  const told = await runScript(script, [folder], dataDir, environment);
  expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining("Files lie in s3, and are not in it;") });
  expect(await filesOf(folder)).toEqual([]);
  await backedUp(dataDir, folder);
  expect(await backUp(dataDir, folder, environment)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("has files, of a time when they lay in DATA_DIR"),
  });
});

test.concurrent("a damaged table does not replace one that is whole", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const server = await start(dataDir);
  await made(await server.register());
  await server.stop("SIGTERM");
  const folder = join(place, "backup");
  await backedUp(dataDir, folder);
  const path = join(dataDir, "table.sqlite");
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill(0x5a, 4096));
  const { code, stdout, stderr } = await backUp(dataDir, folder);
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining(`${path} cannot be copied: `)]);
  expect((await expectWhole(folder)).length).toBe(1);
});

test.concurrent("it is refused in words, and nothing is written", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const [dataDir, place] = [await emptyFolder(), await emptyFolder()];
  const server = await start(dataDir);
  await server.register();
  const others = join(place, "others");
  await mkdir(others);
  await writeFile(join(others, "letter.txt"), "Dear");
  const dynamodb = { TABLE_PROVIDER: "dynamodb", DYNAMODB_REGION: "eu-central-1" };
  const cases: [args: string[], code: number, says: string, environment?: Record<string, string>][] = [
    [[], 2, "To which folder?"],
    [["--into", place], 2, "Unknown option '--into'"],
    [[place, place], 2, "is one too many"],
    [[dataDir], 2, "lies in DATA_DIR"],
    [[join(dataDir, "objects", "backup")], 2, "lies in DATA_DIR"],
    [[others], 2, "holds something else than a backup"],
    [[join(others, "letter.txt")], 2, "cannot be read as a folder"],
    [[join(place, "new")], 2, "The table lies in dynamodb, not in DATA_DIR.", dynamodb],
    [[join(place, "new")], 1, "There is no ", { DATA_DIR: join(place, "nowhere") }],
  ];
  for (const [args, code, says, environment] of cases) {
    const ran = await runScript(script, args, dataDir, environment);
    expect([args, ran]).toEqual([args, { code, stdout: "", stderr: expect.stringContaining(says) }]);
  }
  expect(await readdir(place)).toEqual(["others"]);
  expect(await readdir(others)).toEqual(["letter.txt"]);

  // A backup that another one writes to, and one in which somebody has started a server.
  const folder = join(place, "backup");
  await backedUp(dataDir, folder);
  const other = new DatabaseSync(join(folder, "~unfinished", "lock"));
  other.exec("BEGIN EXCLUSIVE");
  const held = await backUp(dataDir, folder);
  expect([held.code, held.stderr]).toEqual([1, `Another backup is made in ${folder} at this moment.\n`]);
  other.close();
  await backedUp(dataDir, folder);
  await (await start(folder)).stop("SIGTERM");
  const served = await backUp(dataDir, folder);
  expect([served.code, served.stderr]).toEqual([2, expect.stringContaining("A server was started in")]);

  // Files on another disk, by a link; a disk that is not there must not empty the backup.
  await server.stop("SIGTERM");
  const disk = join(place, "disk");
  await rename(join(dataDir, "objects"), disk);
  await symlink(disk, join(dataDir, "objects"));
  const inside = await backUp(dataDir, join(disk, "backup"));
  expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining("lies in DATA_DIR")]);
  await backedUp(dataDir, join(place, "another"));
  await rm(join(dataDir, "objects"));
  await mkdir(join(dataDir, "objects"));
  const unmounted = await backUp(dataDir, join(place, "new"));
  expect([unmounted.code, unmounted.stderr]).toEqual([1, expect.stringContaining("Is its disk there?")]);
});

async function put(dataDir: string, key: string, text: string): Promise<void> {
  const path = join(dataDir, "objects", key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Files of the operator's own, so that there is something to copy. */
async function fill(dataDir: string, folder: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await put(dataDir, `${folder}/${n}.wav`, "x".repeat(10_000));
}

type IsTime = (said: string) => Promise<boolean>;

/** A backup as a process of its own. */
function started(dataDir: string, folder: string) {
  const env = { ...childEnvironment(), DATA_DIR: dataDir };
  const child = spawn(process.execPath, [script, folder], { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "close");
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  return {
    ended,
    send: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves when `isTime` first says so, with what was printed so far, or when it has ended. */
    async when(isTime: IsTime): Promise<void> {
      while (child.exitCode === null && child.signalCode === null && !(await isTime(said))) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
}

/** How it ended. */
async function killedWhen(dataDir: string, folder: string, isTime: IsTime): Promise<unknown[]> {
  const child = started(dataDir, folder);
  await child.when(isTime);
  child.send("SIGKILL");
  return child.ended;
}
