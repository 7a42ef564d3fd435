// Registration with a mail, verified addresses, and forgotten passwords, over HTTP and a mail server of the wire.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mailOf } from "../../shared/mail/mail.ts";
import { MAX_TRIES, sendMail } from "../../shared/mail/send.ts";
import type { Item, ItemKey, Table } from "../../shared/ports/table.ts";
import { type Answer, type Api, startApi } from "../http/api.ts";
import { readMail } from "../servers/smtp/message.ts";
import { type SmtpServer, startSmtp } from "../servers/smtp/server.ts";

let smtp: SmtpServer;
let api: Api;
const never = new AbortController().signal;

const settings = () => ({
  SMTP_HOST: "127.0.0.1",
  SMTP_PORT: String(smtp.port),
  SMTP_TLS: "none",
  SMTP_FROM: "no-reply@dreams.example",
  RESET_URL: "https://app.example.com/reset?lang=en",
});

beforeAll(async () => {
  smtp = await startSmtp();
  api = await startApi({ environment: settings() });
});
afterAll(async () => {
  await api.close();
  await smtp.close();
});
afterEach(() => {
  smtp.mails.length = 0;
  smtp.faults.length = 0;
});

/** Every call of it is told, in order. */
function watched(table: Table, calls: string[]): Table {
  return new Proxy(table, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const [first] = args as [ItemKey | undefined];
        calls.push(`${String(name)} ${first?.partition?.split("#")[0]}`);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

const forgot = (email: string, headers: Record<string, string> = {}) =>
  api.call("POST", "/auth/forgot-password", { json: { email }, headers });
const reset = (token: string, password: string) =>
  api.call("POST", "/auth/reset-password", { json: { token, password } });
const verify = (token: string, at = api) => at.call("POST", "/auth/verify-email", { json: { token } });
const logIn = (email: string, password: string) => api.call("POST", "/auth/login", { json: { email, password } });

/** The newest mail to the address, and the token in it. */
async function mailTo(email: string, kind: "verify" | "reset" = "verify", count = 1) {
  const own = () =>
    smtp.mails
      .filter(({ to }) => to.includes(email))
      .map(({ raw }) => readMail(raw))
      .filter(({ subject }) => /a new password/.test(subject) === (kind === "reset"));
  await until(() => own().length >= count);
  const read = own().at(-1) ?? readMail("");
  const token = /[?&]token=([\w-]{48})|^([\w-]{48})$/m.exec(read.text);
  return { ...read, token: token?.[1] ?? token?.[2] ?? "", count: own().length };
}

describe("a registration", () => {
  it("is followed by a mail whose token verifies the address, as often as it is opened", async () => {
    const { email, token: session } = await api.register("anna");
    const { subject, text, html, token } = await mailTo(email);
    expect(subject).toBe("DreamFactory: confirm your e-mail address");
    expect([text.includes(token), html.includes(token)]).toEqual([true, true]);
    expect((await api.call("GET", "/users/me", { token: session })).body.data.emailVerified).toBe(false);
    for (let n = 0; n < 2; n++) {
      const { status, body } = await verify(token);
      expect([status, body.data]).toEqual([200, { email, emailVerified: true }]);
    }
    expect((await api.call("GET", "/users/me", { token: session })).body.data.emailVerified).toBe(true);
    expect((await api.call("POST", "/auth/send-verification", { token: session })).status).toBe(409);
  });

  it("of somebody who reads Chinese is followed by a Chinese mail", async () => {
    const json = { username: "王", email: "wang@example.com", password: "password of wang" };
    const headers = { "accept-language": "fr;q=1, zh-CN, en" };
    await api.call("POST", "/auth/register", { json, headers });
    const { subject, headers: sent, text } = await mailTo("wang@example.com");
    expect([subject, sent.get("content-language")]).toEqual(["DreamFactory:请确认您的电子邮箱", "zh"]);
    expect(text).toContain("如果不是您本人操作");
  });

  it("does not wait for a mail server that does not answer, and the timer sends it later", async () => {
    smtp.faults.push({ at: "RCPT", what: 450 });
    const since = api.lines.length;
    const { email } = await api.register("slow");
    await until(() => told("could not be sent yet", since) === 1);
    expect(smtp.mails).toEqual([]);
    api.clock.moveTo(api.clock.now() + 60_000);
    await sendDue();
    expect((await mailTo(email)).count).toBe(1);
  });

  it("can be verified by another mail, of which there are a few", async () => {
    const { email, token } = await api.register("again");
    await mailTo(email);
    const ask = () => api.call("POST", "/auth/send-verification", { token });
    const answers: number[] = [];
    for (let n = 0; n < 6; n++) answers.push((await ask()).status);
    expect(answers).toEqual([202, 202, 202, 202, 202, 429]);
    expect((await verify((await mailTo(email, "verify", 6)).token)).status).toBe(200);
  });
});

describe("a forgotten password", () => {
  it("is chosen anew once by the token of a mail; all sessions end, and the old password opens nothing", async () => {
    const { email, token: session, password } = await api.register("forgetful");
    await mailTo(email);
    expect((await forgot(` ${email.toUpperCase()} `)).status).toBe(202);
    const { token, text, subject } = await mailTo(email, "reset");
    expect([subject, text.includes(`https://app.example.com/reset?lang=en&token=${token}`)]).toEqual([
      "DreamFactory: a new password",
      true,
    ]);
    const done = await reset(token, "a new password");
    expect([done.status, done.body.data]).toEqual([200, { email }]);
    expect((await api.call("GET", "/users/me", { token: session })).status).toBe(401);
    expect([(await logIn(email, password)).status, (await logIn(email, "a new password")).status]).toEqual([401, 200]);
    expect((await reset(token, "yet another one")).body.error).toMatchObject({ type: "invalid_request" });
    expect((await logIn(email, "a new password")).status).toBe(200);
  });

  it("by one token used by twenty at once is chosen once", async () => {
    const { email } = await api.register("crowd");
    await forgot(email);
    const { token } = await mailTo(email, "reset");
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => reset(token, `password number ${n}`)));
    const taken = all.flatMap(({ status }, n) => (status === 200 ? [n] : []));
    expect([taken.length, all.filter(({ status }) => status === 400).length]).toEqual([1, 19]);
    expect((await logIn(email, `password number ${taken[0]}`)).status).toBe(200);
  });

  it("needs a token of this hour, of this kind, of this user, and whole", async () => {
    const { email } = await api.register("careful");
    const { token: verifying } = await mailTo(email);
    await forgot(email);
    const { token } = await mailTo(email, "reset");
    const swapped = `${token.slice(0, 30)}${token[30] === "A" ? "B" : "A"}${token.slice(31)}`;
    const refused: Answer[] = [];
    for (const each of [verifying, swapped, token.slice(0, 47), "x", "A".repeat(48)]) {
      refused.push(await reset(each, "password of an attacker"));
    }
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    expect((await verify(token)).status).toBe(400);
    api.clock.moveTo(api.clock.now() + 3_600_000);
    expect((await reset(token, "too late by now")).status).toBe(400);
  });

  it("holds no longer once the password was changed otherwise", async () => {
    const { email, token: session, password } = await api.register("changing");
    await forgot(email);
    const { token } = await mailTo(email, "reset");
    const json = { password: "my new password", currentPassword: password };
    expect((await api.call("PUT", "/users/me", { token: session, json })).status).toBe(200);
    expect((await reset(token, "an attacker's one")).status).toBe(400);
  });

  it("asked for does the same whether or not anybody has the address: same answer, same calls of the table", async () => {
    const calls: string[] = [];
    // As in a cloud: nobody sends beside the answer.
    const change = ({ table }: { table: Table }) => ({ table: watched(table, calls), mailSoon: () => {} });
    const cloud = await startApi({ environment: settings(), change });
    try {
      const { email } = await cloud.register("known");
      const seen = [];
      for (const address of [email, "nobody@example.com", email, "nobody@example.com"]) {
        calls.length = 0;
        const { status, body } = await cloud.call("POST", "/auth/forgot-password", { json: { email: address } });
        seen.push({ status, data: body.data, calls: [...calls] });
      }
      expect([seen[0], seen[2]]).toEqual([seen[1], seen[3]]);
      expect(seen[0]).toMatchObject({ status: 202, data: null });
      expect(seen[0]?.calls).toContain("put mail");
    } finally {
      await cloud.close();
    }
  });

  it("of somebody else is asked for five times an hour at most, and each answer is the same", async () => {
    const { email } = await api.register("annoyed");
    await mailTo(email);
    for (let n = 0; n < 9; n++) expect((await forgot(email)).status).toBe(202);
    expect((await mailTo(email, "reset", 5)).count).toBe(5);
    await until(async () => (await waiting()).length === 0);
    expect((await mailTo(email, "reset", 5)).count).toBe(5);
  });
});

describe("a mail", () => {
  it("whose sender hears nothing goes out a few times at most, each with the same id", async () => {
    smtp.faults.push(...Array.from({ length: 10 }, () => ({ at: "end", what: "lost" }) as const));
    const since = api.lines.length;
    const { email } = await api.register("echo");
    await until(() => told("could not be sent yet", since) === 1);
    for (let n = 0; n < 40; n++) {
      api.clock.moveTo(api.clock.now() + 60_000);
      await sendDue();
    }
    const ids = smtp.mails
      .filter(({ to }) => to.includes(email))
      .map(({ raw }) => readMail(raw).headers.get("message-id"));
    expect([ids.length, new Set(ids).size]).toEqual([MAX_TRIES, 1]);
    expect(await waiting()).toEqual([]);
    expect([told("could not be sent yet", since), told("a mail was given up", since)]).toEqual([MAX_TRIES - 1, 1]);
  });

  it("that the server refuses for good is not tried again", async () => {
    smtp.faults.push({ at: "RCPT", what: 550 });
    const before = smtp.commands.length;
    await api.register("refused");
    await until(async () => (await waiting()).length === 0);
    api.clock.moveTo(api.clock.now() + 600_000);
    await sendDue();
    expect(smtp.commands.slice(before).filter((line) => line.startsWith("RCPT")).length).toBe(1);
  });

  it("is sent by one of many who try at once", async () => {
    smtp.faults.push({ at: "MAIL", what: "cut" });
    const since = api.lines.length;
    const { email } = await api.register("once");
    await until(() => told("could not be sent yet", since) === 1);
    api.clock.moveTo(api.clock.now() + 60_000);
    await Promise.all([sendDue(), sendDue(), sendDue()]);
    expect((await mailTo(email)).count).toBe(1);
  });

  it("to a user who is gone is not sent, and nothing is left of it", async () => {
    await forgot("nobody-at-all@example.com");
    await until(async () => (await waiting()).length === 0);
    expect(smtp.mails).toEqual([]);
  });

  it("leaves no token, address or password in the log", async () => {
    const { email } = await api.register("secretive");
    await forgot(email);
    const { token } = await mailTo(email, "reset");
    await reset(token, "a very secret password");
    const all = api.lines.join("\n");
    for (const secret of [token, email, "a very secret password", "nobody@example.com"])
      expect(all).not.toContain(secret);
  });
});

describe("with REQUIRE_VERIFIED_EMAIL", () => {
  it("welcome credits come with the verified address, once, and nothing is made before", async () => {
    const strict = await startApi({
      environment: { ...settings(), REQUIRE_VERIFIED_EMAIL: "1", WELCOME_CREDITS: "30" },
    });
    try {
      const { email, token: session } = await strict.register("strict");
      const credits = async () => (await strict.call("GET", "/credits", { token: session })).body.data.balance;
      const make = () =>
        strict.call("POST", "/ai/generate-image", { token: session, json: { prompt: "a lake", size: "64x64" } });
      const upload = { filename: "a.png", contentType: "image/png", size: 100 };
      expect([await credits(), (await make()).status]).toEqual([0, 403]);
      expect((await strict.call("POST", "/uploads", { token: session, json: upload })).status).toBe(403);
      const { token } = await mailTo(email);
      expect(
        (await Promise.all(Array.from({ length: 8 }, () => verify(token, strict)))).map(({ status }) => status),
      ).toEqual(Array.from({ length: 8 }, () => 200));
      expect([await credits(), (await make()).status]).toEqual([30, 202]);
      const { items } = (await strict.call("GET", "/credits/transactions", { token: session })).body.data;
      expect(items.map(({ type, amount }: { type: string; amount: number }) => [type, amount])).toEqual([
        ["charge", -1],
        ["grant", 30],
      ]);
    } finally {
      await strict.close();
    }
  });
});

describe("where no mail is sent", () => {
  it("everything about mail is a 404 that says so, and registering works", async () => {
    const quiet = await startApi();
    try {
      const { token } = await quiet.register("quiet");
      const answers = [
        await quiet.call("POST", "/auth/forgot-password", { json: { email: "a@example.com" } }),
        await quiet.call("POST", "/auth/reset-password", { json: { token: "x", password: "12345678" } }),
        await quiet.call("POST", "/auth/verify-email", { json: { token: "x" } }),
        await quiet.call("POST", "/auth/send-verification", { token }),
      ];
      expect(answers.map(({ status, body }) => [status, body.message])).toEqual(
        answers.map(() => [404, "No mail is sent here. Ask whoever runs this server."]),
      );
    } finally {
      await quiet.close();
    }
  });
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error("it never came to be so");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What the timer does with all that is due. */
async function sendDue(): Promise<void> {
  const due = (await waiting()).filter((item) => mailOf(item).nextAt <= api.clock.now());
  await Promise.all(due.map((item) => sendMail(api.runtime, item, never)));
}

/** Mails that are still to be sent. */
async function waiting(): Promise<Item[]> {
  const table = api.runtime.table;
  const shards = await Promise.all(
    Array.from({ length: 8 }, (_, shard) =>
      table.due({ kind: "mail", shard, before: Number.MAX_SAFE_INTEGER, limit: 100 }),
    ),
  );
  const items = await Promise.all(shards.flat().map((entry) => table.get(entry)));
  return items.filter((item) => item !== null);
}

/** What was logged of tries that failed, or of mails that were given up, since so many lines. */
function told(words: string, since: number): number {
  return api.lines.slice(since).filter((line) => line.includes(words)).length;
}
