// What sends mails, for those who carry it: every other function would be larger by it.
import type { Config } from "../config/config.ts";
import type { Mailing } from "../mail/deps.ts";
import { createSmtp } from "../mail/smtp.ts";

/** Connects to nothing; what sends is loaded with the first mail. Null: no mail is sent. */
export function mailingOf({ mail, labels }: Pick<Config, "mail" | "labels">): Mailing | null {
  if (!mail) return null;
  const { verifyUrl, resetUrl } = mail;
  return { verifyUrl, resetUrl, serviceName: labels.systemName, post: createSmtp(mail) };
}
