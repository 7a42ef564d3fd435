// A mail server that is not ours: Debian's python3-aiosmtpd (`apt-get install python3-aiosmtpd`), which keeps what it takes in a Maildir.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { Message } from "../../shared/mail/deps.ts";
import { createSmtp } from "../../shared/mail/smtp.ts";
import { createCertificate } from "../servers/certificate.ts";
import { freePort } from "../servers/free-port.ts";
import { readMail } from "../servers/smtp/message.ts";

const program = "/usr/bin/aiosmtpd";
const certificate = createCertificate("localhost");
tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificate.cert]);

const message: Message = {
  id: "01900000-0000-7000-8000-000000000002",
  to: "somebody+tag@example.com",
  subject: "Träume 梦工厂:请确认",
  text: "Grüße\n.\n..a line with dots\n\n你好\n",
  html: "<p>你好 &amp; hello</p>",
  language: "zh",
};

test.skipIf(!existsSync(program)).each([
  ["starttls", "tls"],
  ["tls", "smtps"],
])("a server of Debian's takes a mail by %s, and has it as it was written", async (security, layer) => {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-mail-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [cert, key, mailbox] = ["cert.pem", "key.pem", "mailbox"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(cert, certificate.cert);
  await writeFile(key, certificate.key);
  const port = await freePort();
  const keeping = ["-c", "aiosmtpd.handlers.Mailbox", mailbox];
  const server = spawn(program, [
    "-n",
    "-l",
    `127.0.0.1:${port}`,
    `--${layer}cert`,
    cert,
    `--${layer}key`,
    key,
    ...keeping,
  ]);
  onTestFinished(() => void server.kill("SIGKILL"));
  await expect.poll(() => isListening(port), { timeout: 20_000 }).toBe(true);

  const { mail } = readConfig({
    ...{ SMTP_HOST: "localhost", SMTP_PORT: String(port), SMTP_TLS: security },
    SMTP_FROM: "Träume <no-reply@dreams.example>",
  });
  if (!mail) throw new Error("there is no mail");
  await createSmtp(mail)(message, AbortSignal.timeout(30_000));

  const [kept = ""] = await readdir(join(mailbox, "new"));
  const raw = (await readFile(join(mailbox, "new", kept), "utf8")).replace(/\r?\n/g, "\r\n");
  const read = readMail(raw);
  expect([read.subject, read.text.trimEnd(), read.html.trimEnd()]).toEqual([
    message.subject,
    message.text.trimEnd(),
    message.html,
  ]);
  expect([read.headers.get("x-rcptto"), read.headers.get("x-mailfrom")]).toEqual([
    message.to,
    "no-reply@dreams.example",
  ]);
});

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
