import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callerOf, creditsOf, type User } from "../api/user.ts";
import { eventually } from "../patience.ts";
import { readMail } from "../servers/smtp/message.ts";
import { type SmtpServer, startSmtp } from "../servers/smtp/server.ts";
import type { GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { inWorld, type StartOptions, type World, welcomeCredits } from "./world.ts";

const resetGaps: [GapOf<"reset">, isRepeatTaken: boolean][] = [
  ["reset: before tokens end", true],
  ["reset: after tokens ended", true],
  ["reset: after the new password", false],
];
const verifyGaps: GapOf<"verify">[] = [
  "verify: after the welcome",
  "verify: before the address is verified",
  "verify: after the address is verified",
];
const mailGaps: [GapOf<"mail">, mails: number][] = [
  ["mail: after it was queued", 1],
  ["mail: after the claim", 1],
  ["mail: before it is gone", 2],
];

/** A try of a dead process is over by then. */
const AFTER_TRIES_S = 100;

let smtp: SmtpServer;
beforeAll(async () => {
  smtp = await startSmtp();
});
afterAll(() => smtp.close());

const start = (world: World, options: StartOptions = {}) =>
  world.start({
    ...options,
    environment: {
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(smtp.port),
      SMTP_TLS: "none",
      SMTP_FROM: "no-reply@dreams.example",
      ...options.environment,
    },
  });

const mailsTo = (email: string) => smtp.mails.filter(({ to }) => to.includes(email)).map(({ raw }) => readMail(raw));

async function tokenIn(email: string, subject: RegExp): Promise<string> {
  let token = "";
  await eventually(() => {
    const mail = mailsTo(email).find((each) => subject.test(each.subject));
    token = /^[\w-]{48}$/m.exec(mail?.text ?? "")?.[0] ?? "";
    expect(token).not.toBe("");
  });
  return token;
}

describe.concurrent("a process that dies while a password is chosen anew", () => {
  test.for(resetGaps)("%s: one of both passwords is good, and the token never twice", ([gap, isRepeatTaken]) =>
    inWorld(async (world) => {
      await start(world, { gap });
      const user = await world.register();
      const call = callerOf(() => world.url);
      await call("POST", "/auth/forgot-password", { json: { email: user.email } });
      const token = await tokenIn(user.email, /a new password/);
      const reset = () => call("POST", "/auth/reset-password", { json: { token, password: "a new password" } });
      await world.diesDuring(reset);
      await start(world);
      if (isRepeatTaken) expect((await logIn(world, user.email, user.password)).status).toBe(200);
      expect((await reset()).status).toBe(isRepeatTaken ? 200 : 400);
      expect((await reset()).status).toBe(400);
      expect((await user.call("GET", "/users/me")).status).toBe(401);
      expect((await logIn(world, user.email, user.password)).status).toBe(401);
      const again = await logIn(world, user.email, "a new password");
      expect(again.status).toBe(200);
      await checkAtRest(world, [{ ...user, call: callerOf(() => world.url, again.body.data.token) }]);
    }),
  );
});

describe.concurrent("a process that dies while an address is verified", () => {
  test.for(verifyGaps)("%s: the same mail verifies it, and the welcome is there once", (gap) =>
    inWorld(async (world) => {
      const environment = { REQUIRE_VERIFIED_EMAIL: "1" };
      await start(world, { gap, environment });
      const user = await world.register();
      const token = await tokenIn(user.email, /confirm/);
      const verify = () => callerOf(() => world.url)("POST", "/auth/verify-email", { json: { token } });
      await world.diesDuring(verify);
      await start(world, { environment, secondsLater: 40 });
      expect([(await verify()).status, (await verify()).status]).toEqual([200, 200]);
      expect(await creditsOf(user)).toMatchObject({ balance: welcomeCredits, totalEarned: welcomeCredits });
      await checkAtRest(world, [user]);
    }),
  );
});

describe.concurrent("a process that dies over a mail", () => {
  test.for(mailGaps)("%s: it is sent all the same, and is gone then", ([gap, count]) =>
    inWorld(async (world) => {
      await start(world, { gap });
      const call = callerOf(() => world.url);
      const name = `dying-${count}-${gap.length}`;
      const json = { username: name, email: `${name}@example.com`, password: "correct horse" };
      await world.diesDuring(() => call("POST", "/auth/register", { json }));
      await start(world, { secondsLater: AFTER_TRIES_S });
      await eventually(() => expect(mailsTo(json.email).length).toBe(count));
      const user = await asUser(world, json);
      await checkAtRest(world, [user]);
      expect(mailsTo(json.email).length).toBe(count);
    }),
  );
});

function logIn({ url }: World, email: string, password: string) {
  return callerOf(() => url)("POST", "/auth/login", { json: { email, password } });
}

async function asUser(world: World, { email, password }: { email: string; password: string }): Promise<User> {
  const { userId, token } = (await logIn(world, email, password)).body.data;
  return { userId, token, email, password, call: callerOf(() => world.url, token) };
}
