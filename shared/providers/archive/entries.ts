// What goes into an archive: a list, as an object in the store, because a job has room for its inputs and not for six hundred.
import { AppError } from "../../errors/app-error.ts";

export interface ArchiveList {
  /** Epoch milliseconds: what every file in it says that it was written at, so that the same list gives the same bytes. */
  at: number;
  entries: readonly ArchiveEntry[];
}

/** A file of the store, or a text. `name`: its path in the archive. */
export type ArchiveEntry = { name: string; key: string; size: number } | { name: string; text: string };

/** Folders and names of our own making: nothing climbs out of where it is unpacked. */
const namePattern = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\/){0,4}[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

/** `listKey`: where the list lies. What it names has to be the same user's. Throws AppError `invalid_output` for a list that is none. */
export function readList(text: string, listKey: string): ArchiveList {
  const list = parsed(text) as Partial<ArchiveList> | null;
  const owner = /^users\/[^/]+\//.exec(listKey)?.[0];
  const entries = Array.isArray(list?.entries) ? (list.entries as readonly Partial<Record<string, unknown>>[]) : [];
  const isWhole = owner !== undefined && Number.isSafeInteger(list?.at) && entries.length > 0;
  if (!isWhole || !entries.every((entry) => isEntry(entry, owner))) throw wrong();
  if (new Set(entries.map(({ name }) => name)).size < entries.length) throw wrong();
  return list as ArchiveList;
}

function isEntry({ name, key, size, text }: Partial<Record<string, unknown>>, owner: string): boolean {
  if (typeof name !== "string" || !namePattern.test(name)) return false;
  if (typeof text === "string") return key === undefined;
  return typeof key === "string" && key.startsWith(owner) && Number.isSafeInteger(size) && Number(size) >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wrong(): AppError {
  return new AppError("invalid_output", { message: "The list of what to export is wrong.", retryable: false });
}
