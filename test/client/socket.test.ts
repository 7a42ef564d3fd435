// A film followed by the client over a WebSocket: through connections that break, and by the stream where there are none.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  createClient,
  DreamFactoryError,
  followProductionBySocket,
  type ProductionEvent,
  type SocketClass,
} from "../../clients/js/src/index.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { type Ground, startGround } from "./ground.ts";

/** Of pictures, which never come: productions stay under way until they are stopped. */
const slow = waitingProvider();
let ground: Ground;

beforeAll(async () => {
  ground = await startGround({ providers: [slow.provider], environment: { WELCOME_CREDITS: "9000" } });
});
afterAll(() => ground.close());

const film = {
  ...{ title: "Ferry", prompt: "A ferryman waits for his last passenger." },
  ...{ durationSec: 10, episodes: 1, scenesPerEpisode: 1, music: false },
};
const given = WebSocket as unknown as SocketClass;

/** Straight to the server: the proxy takes no upgrades. */
async function newClient() {
  const { token } = await ground.product.register();
  return createClient({ baseUrl: ground.product.url, token });
}

test("each event once, in order, through connections that break behind each message", async () => {
  const client = await newClient();
  const production = await client.generateDrama(film);
  let connections = 0;
  class Breaking extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      connections += 1;
      this.on("message", () => setImmediate(() => this.terminate()));
    }
  }
  const events: ProductionEvent[] = [];
  const options = { WebSocket: Breaking as unknown as SocketClass };
  for await (const event of followProductionBySocket(client, production, options)) {
    events.push(event);
    if (events.length === 2) await client.cancelProduction(production.id);
  }
  const numbers = events.map(({ n }) => n);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(events.at(-1)).toMatchObject({ production: { id: production.id, status: "cancelled" } });
  expect(connections).toBeGreaterThan(1);

  const rest: ProductionEvent[] = [];
  const after = numbers.at(-2) ?? 0;
  for await (const event of followProductionBySocket(client, production, { WebSocket: given, after })) rest.push(event);
  expect(rest).toEqual(events.slice(-1));
  const known: ProductionEvent[] = [];
  const end = { WebSocket: given, after: numbers.at(-1) ?? 0 };
  for await (const event of followProductionBySocket(client, production, end)) known.push(event);
  expect(known).toEqual([]);
});

test("where no connection comes about, the stream is read", async () => {
  const { token } = await ground.product.register();
  // It takes no upgrades.
  const client = createClient({ baseUrl: ground.proxy.url, token });
  const production = await client.generateDrama(film);
  await client.cancelProduction(production.id);
  ground.proxy.requests = [];
  const events: ProductionEvent[] = [];
  const options = { WebSocket: given, url: "ws://127.0.0.1:1/" };
  for await (const event of followProductionBySocket(client, production, options)) events.push(event);
  expect(events.at(-1)?.production?.status).toBe("cancelled");
  expect(ground.proxy.requests.some(({ path }) => path.endsWith("/events"))).toBe(true);
});

test("what no other connection would change is thrown, and an aborted signal ends it", async () => {
  const [client, other] = [await newClient(), await newClient()];
  const production = await client.generateDrama(film);
  const following = followProductionBySocket(other, production, { WebSocket: given });
  const thrown = await following.next().catch((error) => error);
  expect(thrown).toBeInstanceOf(DreamFactoryError);
  expect(thrown.type).toBe("not_found");

  const leave = new AbortController();
  const own = followProductionBySocket(client, production, { WebSocket: given, signal: leave.signal });
  await own.next();
  const seen: ProductionEvent[] = [];
  const rest = (async () => {
    for await (const event of own) seen.push(event);
  })();
  leave.abort();
  await expect(rest).rejects.toMatchObject({ type: "aborted" });
  await client.cancelProduction(production.id);
});

test("an error that may pass is no end, also where a gateway closes with 1000 after it", async () => {
  const gateway = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(gateway, "listening");
  const { port } = gateway.address() as AddressInfo;
  const places: number[] = [];
  gateway.on("connection", (ws) =>
    ws.once("message", (data) => {
      const { after } = JSON.parse(String(data));
      places.push(after);
      const isFirst = after === 0;
      const event = isFirst ? { n: 1 } : { n: 2, production: { status: "cancelled" } };
      ws.send(JSON.stringify({ type: isFirst ? "progress" : "end", id: event.n, data: event }));
      if (isFirst)
        ws.send(JSON.stringify({ type: "error", error: { type: "internal", message: "x", requestId: "y" } }));
      ws.close(1000);
    }),
  );
  try {
    const production = {
      id: "0190a000-0000-7000-8000-000000000000",
      projectId: "0190a000-0000-7000-8000-000000000001",
    };
    const options = { WebSocket: given, url: `ws://127.0.0.1:${port}/prod` };
    const numbers: number[] = [];
    for await (const { n } of followProductionBySocket(await newClient(), production, options)) numbers.push(n);
    expect([numbers, places]).toEqual([
      [1, 2],
      [0, 1],
    ]);
  } finally {
    gateway.close();
  }
});
