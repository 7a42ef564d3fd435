// A way to the vendor on which one answer is held back.
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { startOrigin } from "../servers/origin.ts";

export interface Gate {
  url: string;
  /** Resolves when the vendor has answered the first order, and nobody knows yet. */
  isHeld: Promise<void>;
  /** Lets that answer through. */
  open(): void;
  /** What was asked, as `POST` or `GET reference`. */
  asked(): string[];
  close(): Promise<void>;
}

export async function startGate(vendorUrl: string): Promise<Gate> {
  const held = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const origin = await startOrigin((request, response) => {
    void pass(request, response).catch((error) => response.destroy(error));
  });
  let orders = 0;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const body = method === "POST" ? await text(request) : null;
    const isFirst = method === "POST" && orders++ === 0;
    const answer = await fetch(`${vendorUrl}${url}`, { method, body });
    const content = await answer.text();
    if (isFirst) {
      held.resolve();
      await opened.promise;
    }
    response.writeHead(answer.status, { "content-type": "application/json" }).end(content);
  }

  return {
    url: origin.url,
    isHeld: held.promise,
    open: opened.resolve,
    asked: () =>
      origin.requests.map(({ method, path }) => (path.includes("?reference=") ? `${method} reference` : method)),
    close: origin.close,
  };
}
