// What selling credits and sending mail need, for calls that are made of every route.

import type { Runtime } from "../../shared/runtime/runtime.ts";
import { mailToken } from "../../shared/users/mail-tokens.ts";
import { readLogin } from "../../shared/users/user.ts";
import { startSmtp } from "../servers/smtp/server.ts";
import { SECRET_KEY, startStripe, WEBHOOK_SECRET } from "../servers/stripe/server.ts";

export interface Shop {
  environment: Record<string, string>;
  close(): Promise<void>;
}

export async function startShop(): Promise<Shop> {
  const [stripe, smtp] = await Promise.all([startStripe(), startSmtp()]);
  return {
    environment: {
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_BASE: stripe.url,
      CREDIT_PACKS: '[{"id":"small","credits":500,"amount":499,"currency":"usd","name":"500 credits"}]',
      CREDITS_RETURN_URL: "https://app.example.com/credits",
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(smtp.port),
      SMTP_TLS: "none",
      SMTP_FROM: "no-reply@example.com",
    },
    async close() {
      await Promise.all([stripe.close(), smtp.close()]);
    },
  };
}

/** As a mail to that address would have it. */
export async function tokenFor(
  { table, jwtSecret, clock }: Pick<Runtime, "table" | "jwtSecret" | "clock">,
  email: string,
  purpose: "verify" | "reset",
): Promise<string> {
  const login = (await readLogin(table, email))?.value;
  if (!login) throw new Error(`nobody has ${email}`);
  const claims = { userId: login.userId, expiresAt: clock.now() + 3_600_000 };
  return mailToken(jwtSecret, purpose, claims, purpose === "verify" ? email : login.passwordHash);
}
