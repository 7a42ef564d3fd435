// A receiver of webhooks on 127.0.0.1: verifies each message as its user would, with the library, and answers well or badly.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { onTestFinished, vi } from "vitest";
import { type Origin, startOrigin } from "./origin.ts";

export interface Message {
  id: string;
  /** Seconds. */
  timestamp: number;
  /** How many signatures it carried. */
  signatures: number;
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire, looked at by expectations
  body: any;
}

/** What is done with the answer to a message that was verified; `count` messages were verified before it. */
export type Reply = (response: ServerResponse, request: IncomingMessage, count: number) => void;

export interface Receiver extends Origin {
  /** Messages that one of the secrets verifies, in order. */
  messages: Message[];
  /** How many messages nobody could verify; they are answered with 401. */
  unverified: number;
  /** What it verifies with. */
  secrets: string[];
  reply: Reply;
  /** Resolves when so many messages were verified. */
  got(count: number): Promise<Message[]>;
}

export interface ReceiverOptions {
  reply?: Reply;
  secrets?: string[];
  /** Epoch milliseconds by the receiver's clock: it takes no message that is more than five minutes off. */
  now?: () => number;
}

export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const origin = await startOrigin((request, response) => void receive(request, response));
  const arrivals = new EventTarget();
  const receiver: Receiver = {
    ...origin,
    messages: [],
    unverified: 0,
    secrets: options.secrets ?? [],
    reply: options.reply ?? taken,
    async got(count) {
      while (receiver.messages.length < count) await once(arrivals, "message");
      return receiver.messages;
    },
  };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = verified(await text(request), request, receiver.secrets, (options.now ?? Date.now)());
    if (!message) {
      receiver.unverified += 1;
      response.writeHead(401).end();
      return;
    }
    receiver.messages.push(message);
    receiver.reply(response, request, receiver.messages.length - 1);
    arrivals.dispatchEvent(new Event("message"));
  }
  return receiver;
}

/** Ends with the test. */
export async function receive(options?: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function verified(body: string, { headers }: IncomingMessage, secrets: string[], now: number): Message | null {
  const named = {
    "webhook-id": String(headers["webhook-id"]),
    "webhook-timestamp": String(headers["webhook-timestamp"]),
    "webhook-signature": String(headers["webhook-signature"]),
  };
  const isVerified = secrets.some((secret) => isGood(() => at(now, () => new Webhook(secret).verify(body, named))));
  if (!isVerified || headers["content-type"] !== "application/json") return null;
  return {
    id: named["webhook-id"],
    timestamp: Number(named["webhook-timestamp"]),
    signatures: named["webhook-signature"].split(" ").length,
    body: JSON.parse(body),
  };
}

function isGood(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/** The library asks the system for the time. Nothing else runs meanwhile. */
function at<T>(now: number, act: () => T): T {
  vi.useFakeTimers({ toFake: ["Date"], now });
  try {
    return act();
  } finally {
    vi.useRealTimers();
  }
}

export const taken: Reply = (response) => response.writeHead(204).end();
export const gone: Reply = (response) => response.writeHead(410).end("I have moved away");
export const tarPit: Reply = () => {};
export const cut: Reply = (_, { socket }) => socket.destroy();
/** Answers, and then never stops talking. */
export const endless: Reply = (response) => {
  response.writeHead(200);
  const more = () => response.write(Buffer.alloc(64 * 1024), (error) => error || more());
  more();
};

export function failing(status: number, headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, headers).end("a secret of the receiver");
}

export function redirecting(location: string, status = 307): Reply {
  return (response) => response.writeHead(status, { location }).end();
}

/** The first messages are answered one way, all others the other way. */
export function first(count: number, early: Reply, late: Reply = taken): Reply {
  return (response, request, before) => (before < count ? early : late)(response, request, before);
}
