// Mails where the process lives on behind its answers: tried at once, and nobody waits for it. Should the process end first, the timer finds it due.
import type { MailDeps } from "../mail/deps.ts";
import { mailItemKey } from "../mail/mail.ts";
import { sendMail } from "../mail/send.ts";

const underWay = new Set<Promise<void>>();
/** Of this process; the timer sends what comes beside these. */
const MOST_AT_ONCE = 8;

export function mailSoon(deps: MailDeps, id: string): void {
  if (!deps.mail || underWay.size >= MOST_AT_ONCE) return;
  const sending: Promise<void> = sendMail(deps, mailItemKey(id), AbortSignal.timeout(90_000))
    .catch((error) => deps.log.error({ error, mailId: id }, "a mail was left to the timer"))
    .finally(() => underWay.delete(sending));
  underWay.add(sending);
}
