// Posting a mail to a server of the wire: TLS, logins, what is said, and what every failure means.
import tls from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { MailFailure, type Message } from "../../shared/mail/deps.ts";
import { createSmtp } from "../../shared/mail/smtp.ts";
import { createCertificate } from "../servers/certificate.ts";
import { readMail } from "../servers/smtp/message.ts";
import { type Fault, type SmtpOptions, type SmtpServer, startSmtp } from "../servers/smtp/server.ts";

const certificate = createCertificate("localhost");
tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificate.cert]);
const account = { user: "sender", password: "päss:wörd" };
const never = new AbortController().signal;

const message: Message = {
  id: "01900000-0000-7000-8000-000000000001",
  to: "somebody+tag@example.com",
  subject: "Träume 梦工厂:请确认",
  text: "Grüße\n.\n..a line with dots\n\n你好\n",
  html: "<p>你好 &amp; hello</p>",
  language: "zh",
};

const servers: SmtpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: SmtpOptions = {}) {
  const server = await startSmtp({ certificate, account, ...options });
  servers.push(server);
  return server;
}

function postTo(server: SmtpServer, environment: Record<string, string> = {}) {
  const { mail } = readConfig({
    SMTP_HOST: "localhost",
    SMTP_PORT: String(server.port),
    SMTP_FROM: "Träume <no-reply@dreams.example>",
    SMTP_USER: account.user,
    SMTP_PASS: account.password,
    ...environment,
  });
  if (!mail) throw new Error("there is no mail");
  return createSmtp(mail);
}

async function failureOf(work: Promise<void>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason) => reason,
  );
  if (!(error instanceof MailFailure)) throw error ?? new Error("it was taken");
  return `${error.code}${error.isFinal ? " final" : ""}`;
}

describe("a mail", () => {
  it("goes over STARTTLS with a login, and is read as it was written", async () => {
    const server = await start();
    await postTo(server)(message, never);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: "no-reply@dreams.example", to: [message.to], isOverTls: true, user: "sender" });
    const read = readMail(mail?.raw ?? "");
    expect([read.subject, read.text.trimEnd(), read.html.trimEnd()]).toEqual([
      message.subject,
      message.text.trimEnd(),
      message.html,
    ]);
    expect(read.headers.get("message-id")).toBe(`<${message.id}@dreams.example>`);
    expect(read.headers.get("auto-submitted")).toBe("auto-generated");
    expect([read.headers.get("content-language"), read.headers.get("to")]).toEqual(["zh", message.to]);
    expect(server.violations).toEqual([]);
  });

  it("goes over TLS from the first byte", async () => {
    const server = await start({ isSecure: true });
    await postTo(server, { SMTP_TLS: "tls" })(message, never);
    expect(server.mails.map(({ isOverTls, user }) => [isOverTls, user])).toEqual([[true, "sender"]]);
    expect(server.commands.join()).not.toContain("STARTTLS");
  });

  it("goes without either where the operator says so", async () => {
    const server = await startSmtp();
    servers.push(server);
    await postTo(server, { SMTP_TLS: "none", SMTP_USER: "", SMTP_PASS: "" })(message, never);
    expect(server.mails.map(({ isOverTls, user }) => [isOverTls, user])).toEqual([[false, null]]);
  });
});

describe("a server", () => {
  it("that offers no STARTTLS is told nothing", async () => {
    const server = await startSmtp();
    servers.push(server);
    expect(await failureOf(postTo(server)(message, never))).toMatch(/^ETLS/);
    expect(server.commands.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
  });

  it("whose certificate is another one's is told nothing", async () => {
    const server = await start({ certificate: createCertificate("localhost") });
    expect(await failureOf(postTo(server)(message, never))).toBe("ESOCKET");
    expect([server.mails, server.commands.filter((line) => /^(AUTH|MAIL)/.test(line))]).toEqual([[], []]);
  });

  it("that is not there is a failure for now", async () => {
    const server = await startSmtp();
    await server.close();
    expect(await failureOf(postTo(server)(message, never))).toBe("ESOCKET");
  });

  const rows: [Fault, string][] = [
    [{ at: "connect", what: 421 }, "now"],
    [{ at: "connect", what: 554 }, "now"],
    [{ at: "AUTH", what: 535 }, "now"],
    [{ at: "AUTH", what: 454 }, "now"],
    [{ at: "MAIL", what: 451 }, "now"],
    [{ at: "MAIL", what: 550 }, "final"],
    [{ at: "RCPT", what: 450 }, "now"],
    [{ at: "RCPT", what: 550 }, "final"],
    [{ at: "DATA", what: 451 }, "now"],
    [{ at: "DATA", what: 554 }, "final"],
    [{ at: "end", what: 452 }, "now"],
    [{ at: "end", what: 552 }, "final"],
    [{ at: "connect", what: "cut" }, "now"],
    [{ at: "RCPT", what: "cut" }, "now"],
    [{ at: "end", what: "cut" }, "now"],
  ];

  it.each(rows)("that fails with %o: for %s", async (fault, meant) => {
    const server = await start();
    server.faults.push(fault);
    const said = await failureOf(postTo(server)(message, never));
    expect([said, / final$/.test(said) ? "final" : "now"]).toEqual([said, meant]);
    expect(said).not.toContain("failing on command");
    expect([server.mails, server.faults, server.violations]).toEqual([[], [], []]);
  });

  it("that never answers is left when there is no more time", async () => {
    const server = await start();
    server.faults.push({ at: "RCPT", what: "hang" });
    const stop = new AbortController();
    const posting = failureOf(postTo(server)(message, stop.signal));
    setTimeout(() => stop.abort(), 300);
    expect(await posting).toBe("ABORTED");
  });
});
