// What is about one connection alone is said by whoever holds it, never by a function: a gateway would drop it, or refuse the whole answer.
import { afterEach, expect, test } from "vitest";
import type { HttpRequest } from "../../shared/events/http.ts";
import { type Api, startApi } from "./api.ts";

let api: Api;

afterEach(() => api.close());

test("a WebSocket's address, asked without an upgrade, names the protocol; the server adds that it is about this connection", async () => {
  api = await startApi();
  const path = "/ws/projects/01900000-0000-7000-8000-00000000cccc/progress";
  const { handler } = await import("../../functions/http/project-socket.ts");
  const request: HttpRequest = {
    ...{ method: "GET", path: `/api/v1${path}`, route: "/ws/projects/{id}/progress", query: {}, headers: {} },
    ...{ params: { id: path.split("/")[3] ?? "" }, body: new Uint8Array(), requestId: "r", remoteAddress: "127.0.0.1" },
  };
  const said = await handler(request, { signal: AbortSignal.timeout(5000), timeLimitMs: 5000 });
  expect([said.status, said.headers.upgrade, said.headers.connection]).toEqual([426, "websocket", undefined]);
  const { status, headers } = await api.call("GET", path);
  expect([status, headers.get("upgrade"), headers.get("connection")]).toEqual([426, "websocket", "Upgrade"]);
});
