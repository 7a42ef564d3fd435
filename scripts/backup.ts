// npm run backup -- /backup/dream-factory: a copy of DATA_DIR, made while the server runs. Copied to an empty DATA_DIR, it starts. Run again, it copies
// what is new and removes what is gone. Stopped or killed at any point, it leaves what was restorable before, and is run again.
//
// The order is what makes it whole. Files never change, and a row is written behind the files that it names: so files are copied, then the table as it is at one
// moment, then the files that came meanwhile. The former table stays until all of that is there, and what only it names until it is replaced.
// Exit code 0: done; 1: it could not be done; 2: not understood, or not a place or a source that it takes.
import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { stagingName } from "../shared/stores/folder-staging.ts";
import { type Copied, copyNew, goneFrom, removeGone } from "./backup/objects.ts";
import { openPlace, type Place } from "./backup/place.ts";
import { copySecret } from "./backup/secret.ts";
import { copyTable } from "./backup/table.ts";
import { parsed, runCommand, say, UsageError } from "./subcommands.ts";

interface Made {
  /** Null: files lie in a bucket. */
  files: (Copied & { removed: number }) | null;
  table: { rows: number; bytes: number };
  hasJwtSecret: boolean;
}

await runCommand("npm run backup --", {
  usage: "<folder> [--json]",
  about:
    "Copies table, files and secret of DATA_DIR to a folder while the server runs. Run again, it copies what is new and removes what is gone.",
  async run(args) {
    const { positionals, isJson } = parsed(args, {}, 1);
    const [path] = positionals;
    if (path === undefined) throw new UsageError("To which folder?");
    const config = configOf();
    const dataDir = await sourceOf(config);
    const hasFiles = config.storage === "folder";
    // Its files may lie on another disk, by a link.
    const sources = [dataDir, ...(hasFiles ? [await realpath(join(dataDir, "objects"))] : [])];
    const place = await openPlace(path, { sources, hasFiles });
    try {
      const made = await backUp(place, dataDir, config);
      say(isJson, linesOf(place, config, made), { folder: place.folder, ...made });
    } finally {
      await place.close();
    }
  },
});

async function backUp(place: Place, dataDir: string, config: Config): Promise<Made> {
  if (config.storage !== "folder") {
    const table = await tableInPlace(place, dataDir);
    return { files: null, table, hasJwtSecret: await copySecret(dataDir, place) };
  }
  const source = join(dataDir, "objects");
  console.error("Files that are new are copied.");
  const before = await copyNew(source, place);
  // What a row names is not yet missing while that row is in the table: so this is looked at before the table is.
  const gone = await goneFrom(source, place);
  const hasJwtSecret = await copySecret(dataDir, place);
  const table = await tableInPlace(place, dataDir, async () => {
    console.error("Files that came meanwhile are copied.");
    const since = await copyNew(source, place);
    before.copied += since.copied;
    before.bytes += since.bytes;
  });
  console.error("What is gone is removed.");
  const removed = await removeGone(source, place, gone);
  return { files: { ...before, removed }, table, hasJwtSecret };
}

/** `before`: what has to be there before the new table takes the place of the former one. */
async function tableInPlace(place: Place, dataDir: string, before?: () => Promise<void>): Promise<Made["table"]> {
  console.error("The table is copied.");
  const { staged, rows, bytes } = await copyTable(join(dataDir, "table.sqlite"), place);
  await before?.();
  await place.put(staged, "table.sqlite");
  return { rows, bytes };
}

/** No token is made here. */
function configOf(): Config {
  return readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
}

/** DATA_DIR without links. */
async function sourceOf({ dataDir, table, storage }: Config): Promise<string> {
  if (table.provider !== "sqlite") {
    const advice = "It is backed up there: docs/aws.md, docs/alibaba-cloud.md.";
    throw new UsageError(`The table lies in ${table.provider}, not in DATA_DIR. ${advice}`);
  }
  const [path, objects] = [join(dataDir, "table.sqlite"), join(dataDir, "objects")];
  if (!existsSync(path)) throw new Error(`There is no ${path}. Set DATA_DIR to the folder that npm start uses.`);
  // A disk that is not mounted is no reason to empty the backup.
  if (storage === "folder" && !existsSync(join(objects, stagingName)))
    throw new Error(`${objects} is not the folder that npm start keeps files in. Is its disk there?`);
  return realpath(dataDir);
}

function linesOf({ folder }: Place, { storage }: Config, { files, table, hasJwtSecret }: Made): string[] {
  const told = files
    ? `${files.copied} files copied (${files.bytes} bytes), ${files.there} were there, ${files.removed} removed`
    : `Files lie in ${storage}, and are not in it`;
  const parts = ["table.sqlite", ...(files ? ["objects"] : []), ...(hasJwtSecret ? ["jwt-secret"] : [])];
  const settings = hasJwtSecret ? ".env is" : ".env, with its JWT_SECRET, is";
  return [
    `${told}; ${table.rows} rows (${table.bytes} bytes)${hasJwtSecret ? "; jwt-secret" : ""}.`,
    `To restore it: stop the server, empty DATA_DIR, cp -a ${parts.map((name) => join(folder, name)).join(" ")} DATA_DIR/ and start.`,
    `${settings} not in it: keep it elsewhere, too.`,
  ];
}
