// Stripe on 127.0.0.1, as far as Checkout goes, typed from its reference and held against its SDK: keys, versions, forms, idempotency keys, sessions
// that are paid, expire and are refunded when the test says so, and events that the SDK signs. It fails on command.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import Stripe from "stripe";
import { type Origin, startOrigin } from "../origin.ts";
import { readForm, type Tree, treeAt } from "./form.ts";

export const SECRET_KEY = "sk_test_51ofTheTests";
export const WEBHOOK_SECRET = "whsec_ofTheTests0123456789";

/** What happens to the next call: an answer without doing anything, or a loss of the answer once it was done. */
export type Fault = 400 | 401 | 429 | 500 | 503 | "cut" | "lost";

export interface Session {
  id: string;
  url: string;
  status: "open" | "complete" | "expired";
  payment_status: "unpaid" | "paid";
  client_reference_id: string;
  metadata: Record<string, string>;
  amount_total: number;
  currency: string;
  expires_at: number;
  paymentIntent: { id: string; status: string } | null;
}

// biome-ignore lint/suspicious/noExplicitAny: an event as it goes over the wire
export type Event = any;

export interface StripeServer extends Origin {
  sessions: Session[];
  /** Faults of the calls to come, in order. */
  faults: Fault[];
  /** What was refused, and why. */
  refusals: string[];
  /** The buyer pays; `later`: by a means that takes days. Answers the event. */
  pay(id: string, how?: "at once" | "later"): Event;
  /** What comes of a payment that takes days. */
  endPayment(id: string, how: "succeeded" | "failed"): Event;
  expire(id: string): Event;
  /** So much is given back in all, in the smallest unit; the whole when it is not said. */
  refund(id: string, refunded?: number): Event;
  dispute(id: string, what: "created" | "updated" | "closed", status: string, amount?: number): Event;
  /** Headers and body of a call to a webhook, signed now or so many seconds ago. */
  signed(
    event: Event,
    options?: { secret?: string; secondsAgo?: number },
  ): { headers: Record<string, string>; body: string };
}

const known: Readonly<Record<string, RegExp>> = {
  mode: /^payment$/,
  client_reference_id: /^.{1,200}$/,
  success_url: /^https?:\/\//,
  cancel_url: /^https?:\/\//,
  expires_at: /^\d+$/,
};

/** `now`: epoch milliseconds by its clock. */
export async function startStripe(now: () => number = Date.now): Promise<StripeServer> {
  const origin = await startOrigin((request, response) => void answer(request, response));
  const replays = new Map<string, { form: string; status: number; body: unknown }>();
  const underWay = new Set<string>();
  let events = 0;
  const server: StripeServer = {
    ...origin,
    sessions: [],
    faults: [],
    refusals: [],
    pay(id, how = "at once") {
      const session = found(id);
      if (session.status !== "open") throw new Error(`${id} is ${session.status}`);
      const isPaid = how === "at once";
      session.status = "complete";
      session.payment_status = isPaid ? "paid" : "unpaid";
      session.paymentIntent = { id: `pi_${randomUUID()}`, status: isPaid ? "succeeded" : "processing" };
      return event("checkout.session.completed", shown(session));
    },
    endPayment(id, how) {
      const session = found(id);
      if (!session.paymentIntent) throw new Error(`${id} has no payment`);
      if (how === "succeeded") session.payment_status = "paid";
      session.paymentIntent.status = how === "succeeded" ? "succeeded" : "requires_payment_method";
      return event(`checkout.session.async_payment_${how}`, shown(session));
    },
    expire(id) {
      found(id).status = "expired";
      return event("checkout.session.expired", shown(found(id)));
    },
    refund(id, refunded = found(id).amount_total) {
      const { amount_total: amount, paymentIntent, currency } = found(id);
      const isWhole = refunded === amount;
      const charge = {
        id: `ch_${id}`,
        object: "charge",
        amount,
        amount_refunded: refunded,
        refunded: isWhole,
        currency,
      };
      return event("charge.refunded", { ...charge, payment_intent: paymentIntent?.id, metadata: {} });
    },
    dispute(id, what, status, amount = found(id).amount_total) {
      const { paymentIntent, currency } = found(id);
      const dispute = { id: `du_${id}`, object: "dispute", amount, currency, status, charge: `ch_${id}` };
      return event(`charge.dispute.${what}`, { ...dispute, payment_intent: paymentIntent?.id, reason: "fraudulent" });
    },
    signed(body, { secret = WEBHOOK_SECRET, secondsAgo = 0 } = {}) {
      const payload = JSON.stringify(body, null, 2);
      const timestamp = Math.floor(now() / 1000) - secondsAgo;
      const header = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
      return { headers: { "stripe-signature": header, "content-type": "application/json" }, body: payload };
    },
  };
  return server;

  function event(type: string, object: object): Event {
    const created = Math.floor(now() / 1000) + ++events;
    return {
      id: `evt_${events}`,
      object: "event",
      api_version: "2020-08-27",
      created,
      type,
      livemode: false,
      data: { object },
    };
  }

  function found(id: string): Session {
    const session = server.sessions.find((each) => each.id === id);
    if (!session) throw new Error(`there is no session ${id}`);
    return session;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await text(request);
    const fault = server.faults.shift();
    if (fault === "cut") return void request.socket.destroy();
    if (typeof fault === "number") return send(response, fault, error("api_error", `failing on command with ${fault}`));
    const { status, body, isReplay } = await served(request, form);
    if (status >= 400) server.refusals.push(`${status} ${JSON.stringify(body)}`);
    if (fault === "lost") return void request.socket.destroy();
    send(response, status, body, isReplay ? { "idempotent-replayed": "true" } : {});
  }

  async function served(
    request: IncomingMessage,
    form: string,
  ): Promise<{ status: number; body: unknown; isReplay?: boolean }> {
    const { authorization, "content-type": type = "", "idempotency-key": key } = request.headers;
    if (authorization !== `Bearer ${SECRET_KEY}`)
      return { status: 401, body: error("invalid_request_error", "Invalid API Key") };
    if (request.headers["stripe-version"] !== Stripe.API_VERSION) {
      return { status: 400, body: error("invalid_request_error", "Invalid Stripe API version") };
    }
    if (request.method === "GET") return route(request, {});
    if (form !== "" && !type.startsWith("application/x-www-form-urlencoded")) {
      return { status: 400, body: error("invalid_request_error", `unsupported content type ${type}`) };
    }
    if (typeof key !== "string") return route(request, readForm(form));
    const known = replays.get(key);
    if (known && known.form !== form) {
      return {
        status: 400,
        body: error("idempotency_error", "Keys for idempotent requests can only be used with the same parameters"),
      };
    }
    if (known) return { ...known, isReplay: true };
    if (underWay.has(key)) return { status: 409, body: error("idempotency_error", "in progress") };
    underWay.add(key);
    await new Promise((resolve) => setImmediate(resolve));
    const made = route(request, readForm(form));
    replays.set(key, { form, ...made });
    underWay.delete(key);
    return made;
  }

  function route({ method, url = "" }: IncomingMessage, form: Tree): { status: number; body: unknown } {
    const { pathname, searchParams } = new URL(url, "http://stripe");
    if (method === "POST" && pathname === "/v1/checkout/sessions") return make(form);
    const [, id = "", action] = /^\/v1\/checkout\/sessions\/([\w-]+)(\/expire)?$/.exec(pathname) ?? [];
    const session = server.sessions.find((each) => each.id === id);
    if (!session)
      return { status: 404, body: error("invalid_request_error", "No such checkout.session", "resource_missing") };
    const isOver = session.status === "open" && session.expires_at * 1000 <= now();
    if (isOver) session.status = "expired";
    if (method === "POST" && action) {
      if (session.status !== "open")
        return { status: 400, body: error("invalid_request_error", "not in an expireable state") };
      session.status = "expired";
    }
    return { status: 200, body: shown(session, searchParams.getAll("expand[]").includes("payment_intent")) };
  }

  function make(form: Tree): { status: number; body: unknown } {
    const wrong = problemOf(form);
    if (wrong !== null) return { status: 400, body: error("invalid_request_error", wrong, "parameter_invalid") };
    const id = `cs_test_${randomUUID().replaceAll("-", "")}`;
    const price = treeAt(form, "line_items", "0", "price_data") as Tree;
    const session: Session = {
      id,
      url: `https://checkout.stripe.com/c/pay/${id}`,
      status: "open",
      payment_status: "unpaid",
      client_reference_id: String(form.client_reference_id),
      metadata: form.metadata as Record<string, string>,
      amount_total: Number(price.unit_amount),
      currency: String(price.currency),
      expires_at: Number(form.expires_at),
      paymentIntent: null,
    };
    server.sessions.push(session);
    return { status: 200, body: shown(session) };
  }

  function problemOf(form: Tree): string | null {
    const names = [...Object.keys(known), "line_items", "metadata", "payment_intent_data"];
    const strange = Object.keys(form).filter((name) => !names.includes(name));
    if (strange.length > 0) return `Received unknown parameter: ${strange.join()}`;
    const wrong = Object.entries(known).filter(([name, pattern]) => !pattern.test(String(form[name] ?? "")));
    if (wrong.length > 0) return `Invalid or missing: ${wrong.map(([name]) => name).join()}`;
    const aheadS = Number(form.expires_at) - now() / 1000;
    if (aheadS < 30 * 60 || aheadS > 24 * 60 * 60)
      return "The `expires_at` timestamp must be between 30 minutes and 24 hours ahead";
    const price = treeAt(form, "line_items", "0", "price_data");
    const name = treeAt(form, "line_items", "0", "price_data", "product_data", "name");
    if (typeof price !== "object" || typeof name !== "string" || name === "")
      return "Missing: line_items[0][price_data]";
    if (treeAt(form, "line_items", "0", "quantity") !== "1") return "Invalid: line_items[0][quantity]";
    if (!/^[a-z]{3}$/.test(String(price.currency))) return "Invalid currency";
    return /^[1-9]\d{0,7}$/.test(String(price.unit_amount))
      ? null
      : "Invalid integer: line_items[0][price_data][unit_amount]";
  }

  function shown({ paymentIntent, ...session }: Session, isExpanded = false): object {
    const intent = paymentIntent && { id: paymentIntent.id, object: "payment_intent", status: paymentIntent.status };
    const payment_intent = isExpanded ? intent : (paymentIntent?.id ?? null);
    // The address of its page is there only while it can be paid.
    const url = session.status === "open" ? session.url : null;
    return { object: "checkout.session", ...session, url, payment_intent, mode: "payment", livemode: false };
  }
}

function error(type: string, message: string, code?: string): object {
  return { error: { type, message, ...(code === undefined ? {} : { code }) } };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "request-id": `req_${randomUUID()}`, ...headers });
  response.end(JSON.stringify(body));
}
