// Mail by any SMTP server, through nodemailer, which is loaded when the first mail is sent: other calls of the same function do without.
import type { MailConfig } from "../config/mail.ts";
import { MailFailure, type Message, type Post } from "./deps.ts";

const PATIENCE_MS = 20_000;

export function createSmtp(config: MailConfig): Post {
  return async (message, signal) => {
    const { createTransport } = await import("nodemailer");
    const transport = createTransport({
      host: config.host,
      port: config.port,
      secure: config.security === "tls",
      // Without it a server, or whoever stands before it, decides whether passwords go over the network for everybody to read.
      requireTLS: config.security === "starttls",
      ignoreTLS: config.security === "none",
      ...(config.login ? { auth: { user: config.login.user, pass: config.login.password } } : {}),
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const stop = () => transport.close();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await inTime(transport.sendMail(mailOf(config, message)), signal);
    } catch (error) {
      throw failure(error);
    } finally {
      signal.removeEventListener("abort", stop);
      transport.close();
    }
  };
}

function mailOf({ from }: MailConfig, { id, to, subject, text, html, language }: Message) {
  const domain = from.slice(from.lastIndexOf("@") + 1).replace(/>$/, "");
  return {
    ...{ from, to: { name: "", address: to }, subject, text, html },
    messageId: `<${id}@${domain}>`,
    // RFC 3834, 5: nobody's absence answers it.
    headers: { "auto-submitted": "auto-generated", "content-language": language },
  };
}

async function inTime(sending: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new MailFailure("ABORTED", false));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  sending.catch(() => {});
  await Promise.race([sending, aborted.promise]).finally(() => signal.removeEventListener("abort", abort));
}

/** RFC 5321, 4.2.1: 5yz is for good. Only where it is about this mail: what is wrong with our own login or the connection can be set right. */
function failure(error: unknown): MailFailure {
  if (error instanceof MailFailure) return error;
  const { code = "unknown", responseCode = 0 } = error as { code?: string; responseCode?: number };
  const isAboutThis = code === "EENVELOPE" || code === "EMESSAGE";
  return new MailFailure([code, responseCode || ""].join(" ").trim(), isAboutThis && responseCode >= 500);
}
