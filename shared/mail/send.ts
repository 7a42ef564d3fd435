// One try of one mail: the claim is written before anything is sent, so that a mail whose sender dies again and again is sent a few times at most.
import type { ItemKey } from "../ports/table.ts";
import { mailToken } from "../users/mail-tokens.ts";
import { readLogin, readUser } from "../users/user.ts";
import { type MailDeps, MailFailure, type Mailing, type Message } from "./deps.ts";
import { type Mail, mailItem, mailOf } from "./mail.ts";
import { messageOf } from "./texts.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** So often it may be sent: a try whose end nobody knows counts, for the mail may have gone out. */
export const MAX_TRIES = 4;
/** Behind the first, second, … try that failed. */
const PAUSES_MS = [30 * SECOND, 2 * MINUTE, 10 * MINUTE];
/** Longer than a try can take. */
const TRY_LEASE_MS = 90 * SECOND;
const TRY_MS = 60 * SECOND;
/** What is put off for longer was put off by a clock that was ahead. */
const LONGEST_PAUSE_MS = 15 * MINUTE;

/** How long the token of a mail is good, from when the mail was asked for. */
export const TOKEN_MS = { verify: 7 * 24 * 60 * MINUTE, reset: 60 * MINUTE } as const;

/** Sends what is due. Resolves when the try is over, also when there was nothing to send; rejects when the table fails. */
export async function sendMail(deps: MailDeps, key: ItemKey, signal: AbortSignal): Promise<void> {
  const item = await deps.table.get(key);
  const mail = item && mailOf(item);
  if (!deps.mail || !mail || !isDue(mail, deps.clock.now())) return;
  const claimed: Mail = { ...mail, tries: mail.tries + 1, nextAt: deps.clock.now() + TRY_LEASE_MS };
  const version = await deps.table.put(mailItem(claimed), { version: item.version });
  if (version === null) return;
  if (claimed.tries > MAX_TRIES) return giveUp(deps, key, claimed, version, "nobody knows what came of its last try");
  const message = await written(deps, deps.mail, claimed);
  if (!message) {
    await deps.table.delete(key, { version });
    return;
  }
  try {
    await deps.mail.post(message, AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]));
  } catch (error) {
    return failed(deps, key, claimed, version, error);
  }
  await deps.table.delete(key, { version });
  deps.metrics.count("Mails", { kind: mail.kind, outcome: "sent" });
  deps.log.info({ mailId: mail.id, kind: mail.kind, tries: claimed.tries }, "a mail was sent");
}

function isDue({ nextAt }: Mail, now: number): boolean {
  return nextAt <= now || nextAt > now + LONGEST_PAUSE_MS;
}

/** Null when there is nothing to send: nobody has the address, it is verified, or the token would be no good any more. */
async function written(deps: MailDeps, mailing: Mailing, mail: Mail): Promise<Message | null> {
  const { table, jwtSecret, clock } = deps;
  const expiresAt = mail.createdAt + TOKEN_MS[mail.kind];
  if (expiresAt <= clock.now()) return null;
  const login = (await readLogin(table, mail.email))?.value;
  const user = login && (await readUser(table, login.userId))?.value;
  if (!user || (mail.kind === "verify" && user.verifiedAt !== undefined)) return null;
  const holds = mail.kind === "verify" ? user.email : login.passwordHash;
  return messageOf(mailing, mail, mailToken(jwtSecret, mail.kind, { userId: user.id, expiresAt }, holds));
}

async function failed(deps: MailDeps, key: ItemKey, mail: Mail, version: number, error: unknown): Promise<void> {
  const { code, isFinal } = error instanceof MailFailure ? error : { code: "unknown", isFinal: false };
  const pause = PAUSES_MS[mail.tries - 1];
  if (isFinal || pause === undefined) return giveUp(deps, key, mail, version, code);
  const nextAt = deps.clock.now() + Math.round(pause * (0.75 + deps.ids.random() / 2));
  await deps.table.put(mailItem({ ...mail, nextAt }), { version });
  deps.metrics.count("Mails", { kind: mail.kind, outcome: "again" });
  deps.log.warn({ mailId: mail.id, kind: mail.kind, tries: mail.tries, code }, "a mail could not be sent yet");
}

async function giveUp(deps: MailDeps, key: ItemKey, mail: Mail, version: number, why: string): Promise<void> {
  await deps.table.delete(key, { version });
  deps.metrics.count("Mails", { kind: mail.kind, outcome: "dead" });
  deps.log.warn({ mailId: mail.id, kind: mail.kind, tries: mail.tries, why }, "a mail was given up");
}
