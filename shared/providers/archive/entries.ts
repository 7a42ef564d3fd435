// The list of what goes into an archive, as it was read. Never trusted: what it names is the same user's, and stays in its folder.
import { AppError } from "../../errors/app-error.ts";
import type { ArchiveList } from "../../ports/archive.ts";

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
