// Stripe, as far as we call it: a Checkout Session is made, read, and closed (https://docs.stripe.com/api/checkout/sessions). Three calls: the SDK is
// 22 MB of others.
import { AppError } from "../errors/app-error.ts";

/** Answers have the shape of this version, whatever the account's default is; that of the SDK that the tests hold this against. */
export const API_VERSION = "2026-10-28.endive";

/** Less than any function that calls may take. */
const TIMEOUT_MS = 8000;

/** What an order says of itself, for Stripe to say it again. */
export interface SessionWanted {
  orderId: string;
  userId: string;
  name: string;
  amount: number;
  currency: string;
  returnUrl: string;
  /** Epoch milliseconds: at least half an hour and at most a day ahead. */
  expiresAt: number;
}

/** A session as far as we look at it. */
export interface StripeSession {
  id: string;
  url: string | null;
  status: "open" | "complete" | "expired";
  isPaid: boolean;
  /** The money is under way, and will not come any more: only known where the payment was asked for with the session. */
  hasFailed: boolean;
  paymentId: string | null;
  metadata: Readonly<Record<string, unknown>>;
}

export interface Stripe {
  /** The same order always has the same session, for a day at least. Throws `unavailable`, or `refused` when another try would be refused as well. */
  createSession(wanted: SessionWanted): Promise<StripeSession>;
  /** With its payment. Null when Stripe knows of none. */
  readSession(id: string): Promise<StripeSession | null>;
  /** Nobody can pay it afterwards; one that is not open any more is left as it is. */
  expireSession(id: string): Promise<void>;
}

/** Stripe has looked at the request and will not do it, however often it is asked. */
export class StripeRefusal extends Error {
  readonly status: number;

  constructor(status: number, why: string) {
    super(`Stripe refused with status ${status}: ${why}`);
    this.status = status;
  }
}

export function createStripe({ secretKey, apiBase }: { secretKey: string; apiBase: string }): Stripe {
  async function call(method: "GET" | "POST", path: string, form?: URLSearchParams, idempotencyKey?: string) {
    const response = await answered(
      fetch(`${apiBase}/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${secretKey}`,
          "stripe-version": API_VERSION,
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        },
        ...(form ? { body: form } : {}),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
    const body = objectOf(await answered(response.json()));
    if (response.ok) return body;
    throw failure(response, objectOf(body.error));
  }

  return {
    async createSession(wanted) {
      return sessionOf(await call("POST", "checkout/sessions", formOf(wanted), `order-${wanted.orderId}`));
    },

    async readSession(id) {
      try {
        return sessionOf(await call("GET", `checkout/sessions/${encodeURIComponent(id)}?expand[]=payment_intent`));
      } catch (error) {
        if (error instanceof StripeRefusal && error.status === 404) return null;
        throw error;
      }
    },

    async expireSession(id) {
      try {
        await call("POST", `checkout/sessions/${encodeURIComponent(id)}/expire`);
      } catch (error) {
        if (!(error instanceof StripeRefusal)) throw error;
      }
    },
  };
}

/** All of it follows from the order: with the same key Stripe takes the same parameters only. */
function formOf(wanted: SessionWanted): URLSearchParams {
  const { orderId, userId, name, amount, currency, expiresAt } = wanted;
  const price = "line_items[0][price_data]";
  return new URLSearchParams({
    mode: "payment",
    client_reference_id: orderId,
    "metadata[orderId]": orderId,
    "metadata[userId]": userId,
    // For whoever looks at the payment at Stripe.
    "payment_intent_data[metadata][orderId]": orderId,
    "line_items[0][quantity]": "1",
    [`${price}[currency]`]: currency,
    [`${price}[unit_amount]`]: String(amount),
    [`${price}[product_data][name]`]: name,
    expires_at: String(Math.floor(expiresAt / 1000)),
    success_url: returnUrl(wanted, "success"),
    cancel_url: returnUrl(wanted, "cancelled"),
  });
}

function returnUrl({ returnUrl: base, orderId }: SessionWanted, checkout: "success" | "cancelled"): string {
  const url = new URL(base);
  url.searchParams.set("order", orderId);
  url.searchParams.set("checkout", checkout);
  return url.href;
}

/** Null for what is no session of Checkout. `session`: of an answer or an event, whose version may be another one. */
export function readableSession(session: unknown): StripeSession | null {
  const { id, object, url, status, payment_status: paid, payment_intent: intent, metadata } = objectOf(session);
  if (object !== "checkout.session" || typeof id !== "string") return null;
  const payment = objectOf(intent);
  const paymentId = typeof intent === "string" ? intent : payment.id;
  return {
    id,
    url: typeof url === "string" ? url : null,
    status: status === "complete" || status === "expired" ? status : "open",
    isPaid: paid === "paid" || paid === "no_payment_required",
    hasFailed: payment.status === "requires_payment_method" || payment.status === "canceled",
    paymentId: typeof paymentId === "string" ? paymentId : null,
    metadata: objectOf(metadata),
  };
}

function sessionOf(answer: unknown): StripeSession {
  const session = readableSession(answer);
  if (!session) throw new AppError("unavailable", { cause: new Error("Stripe answered without a session.") });
  return session;
}

/** https://docs.stripe.com/error-low-level: 409 and 429 pass, and so does what is Stripe's own fault; a refusal of the request stays one. */
function failure(response: Response, { message, code }: Record<string, unknown>): Error {
  const { status } = response;
  const why = `${code ?? "no code"}: ${String(message ?? "no message").slice(0, 300)}`;
  const refusal = new StripeRefusal(status, why);
  if (status < 500 && status !== 409 && status !== 429) return refusal;
  return new AppError("unavailable", { cause: refusal, retryAfterMs: 5000 });
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new AppError("unavailable", { cause, retryAfterMs: 5000 });
  }
}

/** Nothing in it when it is none. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
