// mail#{id}: a mail that is to be sent. It names an address and why; whether anybody has that address, and what the mail says, is found when it is sent: so
// asking for one does the same work for every address. It goes when it was sent, or given up.
import type { MailLanguage } from "../config/mail.ts";
import { dueShard } from "../ports/due.ts";
import type { Item, ItemKey, JsonObject, NewItem } from "../ports/table.ts";
import type { MailPurpose } from "../users/mail-tokens.ts";
import type { QueueDeps } from "./deps.ts";

export interface Mail {
  id: string;
  kind: MailPurpose;
  /** Normalized. */
  email: string;
  language: MailLanguage;
  /** Tries that were begun. */
  tries: number;
  /** All times are epoch milliseconds. When it is tried next; while one tries, when that is over for certain. */
  nextAt: number;
  createdAt: number;
}

export function mailItemKey(id: string): ItemKey {
  return { partition: `mail#${id}`, sort: "mail" };
}

export function mailItem(mail: Mail): NewItem {
  const due = { kind: "mail", shard: dueShard(mail.id), at: mail.nextAt };
  return { ...mailItemKey(mail.id), data: mail as unknown as JsonObject, due };
}

export function mailOf(item: Item): Mail {
  return item.data as unknown as Mail;
}

/** Due at once. Answers its id. */
export async function queueMail(
  deps: Pick<QueueDeps, "table" | "clock" | "ids">,
  wanted: Pick<Mail, "kind" | "email" | "language">,
): Promise<string> {
  const now = deps.clock.now();
  const mail: Mail = { ...wanted, id: deps.ids.uuid(), tries: 0, nextAt: now, createdAt: now };
  await deps.table.put(mailItem(mail), "absent");
  return mail.id;
}

/** The same, where what it is about is done already, and can be asked for anew: a failure is logged. Null then. */
export async function queueIfPossible(
  deps: QueueDeps,
  wanted: Pick<Mail, "kind" | "email" | "language">,
): Promise<string | null> {
  try {
    return await queueMail(deps, wanted);
  } catch (error) {
    deps.log.error({ error, kind: wanted.kind }, "a mail could not be queued");
    return null;
  }
}

/** RFC 9110, 12.5.4, as far as it matters here: whoever names Chinese before any other language we have. */
export function languageOf(acceptLanguage: string | undefined, otherwise: MailLanguage): MailLanguage {
  const named = (acceptLanguage ?? "").split(",").map((part) => part.trim().toLowerCase().slice(0, 2));
  return named.find((name): name is MailLanguage => name === "zh" || name === "en") ?? otherwise;
}
