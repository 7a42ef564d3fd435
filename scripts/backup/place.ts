// The folder that a backup is made in: which one is taken, that one backup at a time is made there, and how a file appears in it.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sync } from "../../shared/stores/folder-names.ts";
import { primaryCode, resultCodes } from "../../shared/tables/sqlite-errors.ts";
import { UsageError } from "../subcommands.ts";

/** By this a folder is known as one of ours. */
const markName = "backup-of-dream-factory.txt";
const mark = `A backup that npm run backup has made, and adds to. It is whole when it has a table.sqlite.
To restore it, copy table.sqlite, objects and jwt-secret, as far as they are here, to an empty DATA_DIR. Start no server here.
`;

/** No key of an object can contain a tilde. */
const unfinishedName = "~unfinished";
const lockName = "lock";

/** A file system's own. */
const passedOver = ["lost+found", unfinishedName];

export interface Place {
  /** Without links. */
  folder: string;
  objects: string;
  /** A path that no file has, from which `put` and rename take. */
  unfinished(): string;
  /** Gives a whole file its name in the folder, in place of a former one; it outlives a power cut. */
  put(unfinished: string, name: string): Promise<void>;
  close(): Promise<void>;
}

export interface Source {
  /** Folders that are copied, without links. */
  sources: readonly string[];
  hasFiles: boolean;
}

/** Throws UsageError for a folder that is not taken: then nothing was written. */
export async function openPlace(path: string, { sources, hasFiles }: Source): Promise<Place> {
  const folder = await whereverItIs(resolve(path));
  if (sources.some((source) => isWithin(source, folder))) {
    throw new UsageError(`${folder} lies in DATA_DIR, ${sources[0]}, and would be lost with it.`);
  }
  await refuseOthers(folder, hasFiles);
  const unfinished = join(folder, unfinishedName);
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const lock = lockedBy(join(unfinished, lockName), folder);
  if (!existsSync(join(folder, markName))) await writeFile(join(folder, markName), mark);
  await mkdir(join(folder, "objects"), { recursive: true, mode: 0o700 });
  await sync(folder);
  await removeUnfinished(unfinished);
  return {
    folder,
    objects: join(folder, "objects"),
    unfinished: () => join(unfinished, randomUUID()),
    async put(from, name) {
      await using file = await open(from, "r");
      await file.sync();
      await rename(from, join(folder, name));
      await sync(folder);
    },
    async close() {
      await removeUnfinished(unfinished);
      lock.close();
    },
  };
}

/** The path without links, as far as it is there. */
async function whereverItIs(path: string): Promise<string> {
  if (existsSync(path) || dirname(path) === path) return realpath(path);
  return join(await whereverItIs(dirname(path)), basename(path));
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

async function refuseOthers(folder: string, hasFiles: boolean): Promise<void> {
  const names = existsSync(folder) ? await namesIn(folder) : [];
  const isOurs = names.includes(markName);
  if (!isOurs && names.some((name) => !passedOver.includes(name))) {
    throw new UsageError(
      `${folder} holds something else than a backup. Name an empty folder, or one that is not there.`,
    );
  }
  if (names.includes("table.sqlite") && (await wasServed(folder, names))) {
    throw new UsageError(`A server was started in ${folder}: it is no backup any more. Name another folder.`);
  }
  if (!hasFiles && isOurs && (await namesIn(join(folder, "objects")).catch(() => [])).length > 0) {
    throw new UsageError(`${folder} has files, of a time when they lay in DATA_DIR. Name another folder.`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new UsageError(`${folder} cannot be read as a folder.`, { cause });
  }
}

/** fileformat2.html#file_format_version_numbers: 2 for a write-ahead log, which a server switches on and a copy has not. */
async function wasServed(folder: string, names: readonly string[]): Promise<boolean> {
  if (names.includes("table.sqlite-wal")) return true;
  await using file = await open(join(folder, "table.sqlite"), "r");
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 18);
  return buffer[0] === 2;
}

/** The system's own lock, which ends with the process. */
function lockedBy(path: string, folder: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  try {
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    const isHeld = primaryCode(error) === resultCodes.busy;
    throw isHeld ? new Error(`Another backup is made in ${folder} at this moment.`) : error;
  }
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(lockName)) await rm(join(folder, name), { force: true });
  }
}
