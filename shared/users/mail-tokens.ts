// What a mail gives its reader: a token by which somebody shows that they read mail at an address. Nothing is kept of it: it is signed by us, says whose it
// is and until when, and holds for what stood in the login when it was made. So the table never holds one, and one that was used is no longer good.
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

export type MailPurpose = "verify" | "reset";

export interface MailClaims {
  userId: string;
  /** Epoch milliseconds, whole seconds. */
  expiresAt: number;
}

const ID_BYTES = 16;
const SAID_BYTES = ID_BYTES + 4;
/** RFC 2104, 5: "not less than half the length of the hash output". */
const MAC_BYTES = 16;
const TOKEN_LENGTH = 48;

export const mailTokenPattern = new RegExp(`^[\\w-]{${TOKEN_LENGTH}}$`);

/** `holds`: what it is bound to: the address for `verify`, the login's password hash for `reset`. */
export function mailToken(
  secret: string,
  purpose: MailPurpose,
  { userId, expiresAt }: MailClaims,
  holds: string,
): string {
  const said = Buffer.alloc(SAID_BYTES);
  said.write(userId.replaceAll("-", ""), 0, "hex");
  said.writeUInt32BE(Math.floor(expiresAt / 1000), ID_BYTES);
  return Buffer.concat([said, macOf(secret, purpose, said, holds)]).toString("base64url");
}

/** Null for what has another form, or has expired. What it claims is to be believed only once `isMailToken` says so. */
export function claimedBy(token: string, now: number): MailClaims | null {
  if (!mailTokenPattern.test(token)) return null;
  const bytes = Buffer.from(token, "base64url");
  const userId = bytes.toString("hex", 0, ID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const expiresAt = bytes.readUInt32BE(ID_BYTES) * 1000;
  return expiresAt > now ? { userId, expiresAt } : null;
}

export function isMailToken(secret: string, purpose: MailPurpose, token: string, holds: string): boolean {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== SAID_BYTES + MAC_BYTES) return false;
  return timingSafeEqual(macOf(secret, purpose, bytes.subarray(0, SAID_BYTES), holds), bytes.subarray(SAID_BYTES));
}

/** `secret`: the one that signs tokens of users; what is signed here is none of those. */
function macOf(secret: string, purpose: MailPurpose, said: Uint8Array, holds: string): Uint8Array {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "dream-factory mails", 32));
  return createHmac("sha256", key).update(`${purpose}\0`).update(said).update(holds).digest().subarray(0, MAC_BYTES);
}
