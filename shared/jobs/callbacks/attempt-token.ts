// The token in the address that a vendor is given with one attempt: which one it is, signed by us. Whoever has it can hurry that attempt, and no more.
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { JobKey } from "../job.ts";

export interface AttemptKey extends JobKey {
  attempt: number;
}

const ID_BYTES = 16;
const ATTEMPT_BYTES = 4;
const NAMED_BYTES = 2 * ID_BYTES + ATTEMPT_BYTES;
/** RFC 2104, 5: "not less than half the length of the hash output": the address stays short. */
const MAC_BYTES = 16;

/** 70 characters, each of which may stand in a path. */
export function attemptToken(secret: string, provider: string, { userId, jobId, attempt }: AttemptKey): string {
  const named = Buffer.alloc(NAMED_BYTES);
  named.write(digitsOf(userId), 0, "hex");
  named.write(digitsOf(jobId), ID_BYTES, "hex");
  named.writeUInt32BE(attempt, 2 * ID_BYTES);
  return Buffer.concat([named, macOf(secret, provider, named)]).toString("base64url");
}

/** Null for every token that we did not sign for this provider. */
export function readAttemptToken(secret: string, provider: string, token: string): AttemptKey | null {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== NAMED_BYTES + MAC_BYTES || bytes.toString("base64url") !== token) return null;
  const named = bytes.subarray(0, NAMED_BYTES);
  if (!timingSafeEqual(macOf(secret, provider, named), bytes.subarray(NAMED_BYTES))) return null;
  return {
    userId: idOf(named.subarray(0, ID_BYTES)),
    jobId: idOf(named.subarray(ID_BYTES, 2 * ID_BYTES)),
    attempt: named.readUInt32BE(2 * ID_BYTES),
  };
}

/** `secret`: the one that signs tokens of users; what is signed here is none of those. */
function macOf(secret: string, provider: string, named: Uint8Array): Uint8Array {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "dream-factory calls of vendors", 32));
  return createHmac("sha256", key).update(`${provider}\0`).update(named).digest().subarray(0, MAC_BYTES);
}

function digitsOf(id: string): string {
  return id.replaceAll("-", "");
}

function idOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
