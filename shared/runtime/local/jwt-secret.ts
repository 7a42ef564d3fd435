// The local runtime's own secret: made once, kept in the data directory.
import { randomBytes } from "node:crypto";
import { link, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";

/**
 * The secret in `{dataDir}/jwt-secret`. Where there is none, 48 random bytes are written, readable by the owner only. The file appears whole
 * or not at all, and never replaces another: processes that start together agree. Throws when the file is too short to be one of ours.
 */
export async function readOrCreateJwtSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "jwt-secret");
  return (await readIfThere(path)) ?? (await create(dataDir, path));
}

async function create(dataDir: string, path: string): Promise<string> {
  await makeFolder(dataDir);
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  await writeDurably(draft, `${randomBytes(48).toString("base64url")}\n`);
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await unlink(draft);
  }
  await syncDirectory(dataDir);
  const secret = await readIfThere(path);
  if (secret === null) throw new Error(`${path} went away while it was made.`);
  return secret;
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    const secret = (await readFile(path, "utf8")).trim();
    if (secret.length >= 32) return secret;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
  throw new Error(
    `${path} holds no usable secret. Put it back, or delete it: then a new one is made and all tokens end.`,
  );
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(text);
  await file.sync();
}

/** A new name is on the disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
