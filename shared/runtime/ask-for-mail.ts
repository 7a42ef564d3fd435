// Mails that requests ask for: queued, and tried at once where the process lives on.
import { AppError } from "../errors/app-error.ts";
import { languageOf, queueIfPossible, queueMail } from "../mail/mail.ts";
import type { MailPurpose } from "../users/mail-tokens.ts";
import type { RequestRuntime } from "./runtime.ts";

/** Throws `not_found` where no mail is sent. */
export function requireMail({ config: { mail } }: Pick<RequestRuntime, "config">) {
  if (mail) return mail;
  throw new AppError("not_found", { message: "No mail is sent here. Ask whoever runs this server." });
}

/** Behind a registration, which stands whatever becomes of the mail: another one can be asked for. */
export async function askForVerification(runtime: RequestRuntime, email: string, accept: string | undefined) {
  const { mail } = runtime.config;
  if (!mail) return;
  const id = await queueIfPossible(runtime, { kind: "verify", email, language: languageOf(accept, mail.language) });
  if (id !== null) runtime.mailSoon(id);
}

/** The same work whoever has the address, or nobody. False when the mailbox has had its mails of this hour: then there is none. */
export async function askForMail(
  runtime: RequestRuntime,
  { kind, email, accept }: { kind: MailPurpose; email: string; accept: string | undefined },
): Promise<boolean> {
  const mail = requireMail(runtime);
  if ((await runtime.mailLimit.take(runtime, { mailbox: email })) > 0) return false;
  runtime.mailSoon(await queueMail(runtime, { kind, email, language: languageOf(accept, mail.language) }));
  return true;
}

/** Throws `rate_limited` for an address that asks again and again, for whomever. */
export async function limitAsking(runtime: RequestRuntime, address: string): Promise<void> {
  const waitMs = await runtime.mailAskingLimit.take(runtime, { address });
  if (waitMs === 0) return;
  throw new AppError("rate_limited", {
    message: `Too many mails were asked for from this address. Wait for ${Math.ceil(waitMs / 60_000)} minutes.`,
    retryAfterMs: waitMs,
  });
}
