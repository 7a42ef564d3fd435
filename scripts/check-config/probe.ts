// The table and the store as the settings name them, used as jobs use them: a probe is written, read, copied and deleted in each.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../shared/config/config.ts";
import { wordsOf } from "../../shared/errors/words-of.ts";
import { tempPrefix } from "../../shared/media/keys.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Table } from "../../shared/ports/table.ts";
import { openOssStore } from "../../shared/runtime/adapters/oss.ts";
import { openS3Store } from "../../shared/runtime/adapters/s3.ts";
import { openTable, placeOfTable } from "../../shared/runtime/adapters/table.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";

export interface Probed {
  of: "table" | "store";
  isFine: boolean;
  /** A sentence. */
  said: string;
}

const GIVE_UP_AFTER_MS = 30_000;

/** Both at once; each is given up after 30 s. What is not there yet and npm start makes is not made. */
export function probeAll(config: Config): Promise<Probed[]> {
  return Promise.all([
    tried("table", placeOfTable(config), () => probeTable(config)),
    tried("store", placeOfStore(config), () => probeStore(config)),
  ]);
}

function placeOfStore({ storage, dataDir, s3, oss }: Config): string {
  if (storage === "folder") return join(dataDir, "objects");
  return `the bucket ${s3?.bucket ?? oss?.bucket} (${storage})`;
}

async function tried(of: Probed["of"], place: string, probe: () => Promise<string>): Promise<Probed> {
  const patience = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`did not answer within ${GIVE_UP_AFTER_MS / 1000} s`)),
      GIVE_UP_AFTER_MS,
    );
    patience.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  try {
    return { of, isFine: true, said: `${place}: ${await Promise.race([probe(), late])}` };
  } catch (error) {
    return { of, isFine: false, said: `${place}: ${sentenceOf(error)}` };
  } finally {
    patience.abort();
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error;
  const forOperator = "forOperator" in error && typeof error.forOperator === "string" ? error.forOperator : message;
  const words = wordsOf(error);
  return words === null || words === "" || forOperator.includes(words) ? forOperator : `${forOperator} ${words}`;
}

async function probeTable(config: Config): Promise<string> {
  const file = join(config.dataDir, "table.sqlite");
  if (config.table.provider === "sqlite" && !(await isThere(file))) return willBeMade(file);
  const table = await openTable(config);
  try {
    return await useTable(table);
  } finally {
    await table.close();
  }
}

/** Everything that jobs lean on: conditions that hold and conditions that do not, and the due index. */
async function useTable(table: Table): Promise<string> {
  const key = { partition: `probe#${randomUUID()}`, sort: "probe" };
  const copy = { ...key, sort: "probe-copy" };
  const version = await table.put({ ...key, data: { n: 1 } }, "absent");
  if (version === null) throw new Error("refuses a new item");
  try {
    if ((await table.put({ ...key, data: { n: 2 } }, "absent")) !== null)
      throw new Error("replaces an item that is there");
    const read = await table.get(key);
    if (read?.data.n !== 1) throw new Error("reads otherwise than was written");
    await table.put({ ...copy, data: read.data }, "absent");
    const { items } = await table.query({ partition: key.partition, prefix: "probe", order: "ascending", limit: 10 });
    if (items.length !== 2) throw new Error(`finds ${items.length} of 2 items`);
    await table.due({ kind: "job", shard: 0, before: Date.now(), limit: 1 });
  } finally {
    for (const each of [key, copy]) await table.delete(each, { version });
  }
  if (await table.get(key)) throw new Error("keeps what was deleted");
  return "an item was written, read, copied and deleted";
}

async function probeStore(config: Config): Promise<string> {
  const folder = join(config.dataDir, "objects");
  if (config.storage === "folder" && !(await isThere(folder))) return willBeMade(folder);
  const store = await openStore(config, folder);
  await store.prove();
  return useStore(store);
}

function openStore(config: Config, directory: string): Promise<ObjectStore> {
  if (config.s3) return openS3Store(config, config.s3);
  if (config.oss) return openOssStore(config, config.oss);
  return openFolderStore({ directory, baseUrl: "http://127.0.0.1/media/" });
}

/** Under a prefix for which no function is called, and which the purge empties. */
async function useStore(store: ObjectStore): Promise<string> {
  const key = `${tempPrefix}probe/${randomUUID()}`;
  const copy = `${key}-copy`;
  try {
    const put = await store.put(key, Buffer.from(key));
    const stored = await store.get(key);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stored?.body ?? []) chunks.push(chunk);
    if (!put || Buffer.concat(chunks).toString() !== key) throw new Error("reads otherwise than was written");
    const { state } = await store.copy(key, copy, { ifMatch: put.etag });
    if (state !== "copied") throw new Error(`does not copy: ${state}`);
  } finally {
    await Promise.allSettled([store.delete(key), store.delete(copy)]);
  }
  if (await store.head(key)) throw new Error("keeps what was deleted");
  return "an object was written, read, copied and deleted, and conditions are kept";
}

/** Throws when it could not be. */
async function willBeMade(path: string): Promise<string> {
  let folder = dirname(resolve(path));
  while (!(await isThere(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  const isFolder = (await stat(folder)).isDirectory();
  if (!isFolder) throw new Error(`${folder} is no folder`);
  await access(folder, constants.W_OK | constants.X_OK).catch(() => {
    throw new Error(`is not there, and nothing can be made in ${folder}`);
  });
  return "not there yet, npm start makes it";
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
