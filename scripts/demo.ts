// npm run demo: the main job from nothing to kept files, in a folder and on a port of its own. What a user would do goes over HTTP.
// npm run demo -- --drama ["a sentence"]: a short film from a sentence instead, with its subtitles and poster. --keep leaves the server running, so that
// its URLs can be looked at, until it is told to end. --json: what was kept, for programs, once all is checked; the rest goes to stderr.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { declarations } from "../functions/declarations.ts";
import { readConfig } from "../shared/config/config.ts";
import { processEnvironment, readDotEnv } from "../shared/config/environment.ts";
import { startLocal } from "../shared/runtime/local/local.ts";
import { type Api, createApi, type Job, type Output } from "./demo/api.ts";
import { dramaOf, makeDrama, requireFile } from "./demo/drama.ts";
import { type Order, orderAll } from "./demo/orders.ts";
import { checkCredits, checkKept, checkSpent, type OwnStore, requireOutput } from "./demo/promises.ts";
import { bold, createScreen, creditsHeader, creditsRow, dim, green, jobRow, yellow } from "./demo/screen.ts";
import { type SlowPicture, serveSlowPicture } from "./demo/slow-picture.ts";
import { answerHelp } from "./help.ts";
import { UsageError, usageOf } from "./subcommands.ts";

const USAGE = '  npm run demo [-- --drama ["a sentence"]] [--keep] [--json]';

answerHelp(
  "The main job from nothing to kept files, over HTTP, in a folder and on a port of its own; with --drama a short film from a sentence.",
  USAGE,
);

const asked = readArguments();

/** Then the demo gives up, whatever it waits for. It takes four to five seconds, and a film less than a minute where two processors are free. */
const GIVE_UP_AFTER_MS = asked.drama ? 600_000 : 90_000;
const LOOK_EVERY_MS = 250;

const screen = createScreen(asked.json ? process.stderr : process.stdout);
const startedAt = performance.now();
const late = new AbortController();
const tooLate = late.signal;
const givingUp = setTimeout(() => {
  late.abort();
  fail(new Error(`It was not done within ${GIVE_UP_AFTER_MS / 1000} s.`));
}, GIVE_UP_AFTER_MS);
let folder: DataFolder | null = null;
const kept: (Pick<Output, "url" | "contentType" | "size" | "sha256"> & { path: string })[] = [];

try {
  folder = await chooseFolder();
  await demo(folder);
} catch (error) {
  fail(error);
}

async function demo(own: DataFolder): Promise<void> {
  const dataDir = own.path;
  const picture = await serveSlowPicture();
  const local = await startLocal(settings(dataDir, picture), declarations);
  try {
    screen.say(`\n  ${bold("Dream Factory")} on ${local.url}\n  files in ${dataDir}\n`);
    const store = { baseUrl: `${local.url}/media/`, folder: join(dataDir, "objects") };
    const api = createApi(local.url, tooLate);
    if (asked.drama) await tellDrama(api, store);
    else await tell(api, picture, store);
    clearTimeout(givingUp);
    sayAll(own, local.url);
    if (asked.keep) await toldToEnd();
  } finally {
    await Promise.all([local.close(), picture.close()]);
  }
}

function sayAll(own: DataFolder, url: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  screen.say(`\n  ${green("All as promised: kept, charged once, nothing left unfinished.")}  ${dim(`${seconds} s`)}`);
  if (asked.keep) screen.say(`  It goes on running, with its page at ${url}/ and every URL above: Ctrl-C ends it.`);
  screen.say(whatIsLeft(own));
  if (asked.json)
    console.log(JSON.stringify({ isFine: true, url, folder: own.path, seconds: Number(seconds), kept }, null, 2));
}

async function toldToEnd(): Promise<void> {
  const ended = new AbortController();
  await Promise.race(["SIGINT", "SIGTERM"].map((signal) => once(process, signal, { signal: ended.signal })));
  ended.abort();
}

/** Nothing of the server's `.env` but what a visitor may want to try: it must not reach a real bucket or a real bill. */
function settings(dataDir: string, picture: SlowPicture) {
  const { PRICES, WELCOME_CREDITS, LOG_LEVEL, FFMPEG_PATH } = processEnvironment();
  return readConfig({
    DATA_DIR: dataDir,
    PORT: "0",
    TRUSTED_HOSTS: picture.host,
    WELCOME_CREDITS,
    // Keeping a file is free by default; here it costs something, so that its hold can be seen.
    PRICES: PRICES || '{"import":1}',
    LOG_LEVEL: LOG_LEVEL || "warn",
    FFMPEG_PATH,
  });
}

async function tellDrama(api: Api, store: OwnStore): Promise<void> {
  const request = dramaOf(asked.sentence);
  screen.say(`  ${bold(request.prompt)}\n`);
  await register(api);
  for (const node of await makeDrama(api, screen, request, tooLate)) await sayKept(requireFile(node), store);
}

function register(api: Api): Promise<void> {
  return api.register({ username: "Demo", email: `${randomUUID()}@example.com`, password: randomUUID() });
}

async function tell(api: Api, picture: SlowPicture, store: OwnStore): Promise<void> {
  await register(api);
  screen.say(creditsHeader);
  const before = await readCredits(api);
  screen.say(creditsRow("registered", before.credits, before.ledger));

  const { pictures, kept, video } = await orderAll(api, picture);
  const orders = [...pictures, kept, ...("job" in video ? [video] : [])];
  const during = await readCredits(api);
  screen.say(`${creditsRow(`${orders.length} jobs accepted`, during.credits, during.ledger)}\n`);
  picture.release();

  const ended = await follow(api, orders);
  const outputs = ended.map(requireOutput);
  const after = await readCredits(api);
  checkSpent(after.credits, ended);
  screen.say(creditsRow(`${orders.length} jobs done`, after.credits, after.ledger));

  for (const output of outputs) await sayKept(output, store);
  if ("advice" in video) screen.say(`\n  ${yellow("The video was left out.")} ${video.advice}`);
  if (outputs[pictures.length]?.sha256 !== picture.sha256) throw new Error(NOT_THE_SAME);
}

const NOT_THE_SAME = "The kept picture is not the one that was served.";

/** Shows the jobs as they move, until each has ended. */
async function follow(api: Api, orders: readonly Order[]): Promise<Job[]> {
  const ids = orders.map(({ job }) => job.id);
  for (;;) {
    const jobs = await api.jobs(ids);
    const areDone = jobs.every(({ stage }) => stage === "done");
    const rows = jobs.map((job, i) => jobRow(job, orders[i]?.title ?? ""));
    screen.show([...rows, "", ...(areDone ? [] : [creditsRow("so far", await api.credits())])]);
    if (areDone) return jobs;
    await pause(LOOK_EVERY_MS, undefined, { signal: tooLate });
  }
}

async function readCredits(api: Api) {
  const credits = await api.credits();
  const ledger = await api.ledger();
  checkCredits(credits, ledger);
  return { credits, ledger };
}

async function sayKept(output: Output, store: OwnStore): Promise<void> {
  const path = await checkKept(output, store, tooLate);
  const { width, height, durationMs, contentType, size, sha256, url } = output;
  kept.push({ url, contentType, size, sha256, path });
  const sides = width === null ? "" : `${width} × ${height}`;
  const length = durationMs === null ? "" : `, ${durationMs / 1000} s`;
  const facts = `${bold(sides ? `${sides}${length}` : "text")} ${contentType}, ${size.toLocaleString("en")} bytes`;
  screen.say(`\n  ${facts} ${green("✓ served and on disk as recorded")}\n  sha256 ${sha256}\n  ${url}\n  ${path}`);
}

interface DataFolder {
  path: string;
  /** Nothing was in it before. */
  isNew: boolean;
}

/** A folder that `.env` names belongs to the server: only one that was named for this run counts. */
async function chooseFolder(): Promise<DataFolder> {
  const { DATA_DIR } = processEnvironment();
  if (!DATA_DIR || DATA_DIR === readDotEnv(".env", {}).DATA_DIR) {
    return { path: await mkdtemp(join(tmpdir(), "dream-factory-demo-")), isNew: true };
  }
  const path = resolve(DATA_DIR);
  return { path, isNew: (await filesIn(path)).length === 0 };
}

async function filesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function whatIsLeft({ path, isNew }: DataFolder): string {
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  return `  Look again: DATA_DIR=${quoted} npm start${isNew ? `\n  Remove: rm -r ${quoted}` : ""}\n`;
}

interface Asked {
  drama: boolean;
  sentence: string | undefined;
  keep: boolean;
  json: boolean;
}

/** Ends the process with 2 and the usage for what it does not understand: before anything is made. */
function readArguments(): Asked {
  const flag = { type: "boolean", default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      options: { drama: flag, keep: flag, json: flag },
      allowPositionals: true,
    });
    const [sentence, ...more] = positionals;
    if (sentence !== undefined && !values.drama)
      throw new UsageError(`${JSON.stringify(sentence)} goes behind --drama.`);
    if (more.length > 0) throw new UsageError("There is one sentence: put it into quotation marks.");
    return { ...values, sentence };
  } catch (error) {
    const usage = usageOf(error, USAGE);
    if (usage === null) throw error;
    console.error(usage);
    process.exit(2);
  }
}

function fail(error: unknown): never {
  console.error(`\nThe demo failed. ${error instanceof Error ? error.message : error}`);
  if (folder) console.error(whatIsLeft(folder));
  process.exit(1);
}
