// Passwords: argon2id, away from the main thread, few at once because each takes 19 MiB.
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { AppError } from "../errors/app-error.ts";

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19 * 1024, passes: 2, parallelism: 1 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

const MAX_AT_ONCE = 2;
const MAX_WAITING = 100;

const deriveKey = promisify(argon2);
const queue = pLimit(MAX_AT_ONCE);

/** A string that holds all that is needed to verify: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws `unavailable` when too many wait. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { ...cost, salt, length: HASH_BYTES });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** False for a wrong password, and, after the same work, when there is no hash. Throws `unavailable` when too many wait. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const { hash, ...parameters } = stored === null ? nobody : parse(stored);
  const found = await derive(password, { ...parameters, length: hash.byteLength });
  return timingSafeEqual(found, hash) && stored !== null;
}

interface Parameters {
  memory: number;
  passes: number;
  parallelism: number;
  salt: Uint8Array;
}

const nobody: Parameters & { hash: Uint8Array } = {
  ...cost,
  salt: randomBytes(SALT_BYTES),
  hash: randomBytes(HASH_BYTES),
};

async function derive(
  password: string,
  { salt, length, ...rest }: Parameters & { length: number },
): Promise<Uint8Array> {
  if (queue.pendingCount >= MAX_WAITING) throw new AppError("unavailable", { retryAfterMs: 3000 });
  // RFC 8265, 4.2: the same password typed on another system may come in another normal form.
  const message = password.normalize("NFC");
  return queue(() => deriveKey("argon2id", { ...rest, message, nonce: salt, tagLength: length }));
}

function parse(stored: string): Parameters & { hash: Uint8Array } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored);
  const [, memory, passes, parallelism, salt, hash] = match ?? [];
  if (!salt || !hash) throw new Error("A stored password hash cannot be read.");
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
