// A proxy that loses what a test wants lost: requests, answers, or its patience.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * - `pass`: on and back.
 * - `refuse`: cut before it was passed on.
 * - `lose`: passed on, answered in full, and the answer cut.
 * - `cut`: passed on, and both sides cut so many milliseconds later.
 * - `blind`: the same, but the other side is not told, as by gateways that go on reading.
 * - a number: passed on, not waited for, as gateways do that have lost their patience, and answered with that status.
 */
export type Loss = "pass" | "refuse" | "lose" | { cut: number } | { blind: number } | number;

const PATIENCE_MS = 50;

export interface LosingProxy extends AsyncDisposable {
  url: string;
  /** What came, in order. */
  requests: { path: string; sentBefore: string | undefined; agent: string }[];
  /** What becomes of the next ones; then they pass. */
  losses: Loss[];
}

export async function startLosingProxy(target: string): Promise<LosingProxy> {
  const requests: LosingProxy["requests"] = [];
  const losses: Loss[] = [];
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { url: path = "", headers } = incoming;
    const sentBefore = headers["x-stainless-retry-count"]?.toString();
    requests.push({ path, sentBefore, agent: headers["user-agent"] ?? "" });
    const loss = losses.shift() ?? "pass";
    if (loss === "refuse") return void incoming.socket.destroy();
    const body = Buffer.concat(await incoming.toArray());
    const passed = request(`${target}${path}`, { method: incoming.method ?? "", headers });
    const gone = () => outgoing.destroy();
    passed.on("error", gone);
    passed.end(body);
    if (typeof loss === "number") {
      setTimeout(() => {
        passed.off("error", gone).on("error", () => {});
        passed.destroy();
        outgoing.writeHead(loss, { "retry-after-ms": "10" }).end();
      }, PATIENCE_MS);
      return;
    }
    if (typeof loss === "object") {
      const isBlind = "blind" in loss;
      passed.on("response", (answer) => answer.resume());
      setTimeout(
        () => {
          incoming.socket.destroy();
          if (!isBlind) passed.destroy();
        },
        isBlind ? loss.blind : loss.cut,
      );
      return;
    }
    const [answer] = (await once(passed, "response").catch(() => [null])) as [IncomingMessage | null];
    if (!answer) return void outgoing.destroy();
    if (loss === "pass") {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.on("close", () => answer.destroy());
      answer.pipe(outgoing);
      return;
    }
    await answer.toArray();
    incoming.socket.destroy();
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    losses,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
