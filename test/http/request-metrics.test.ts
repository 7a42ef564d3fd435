// Each answer of a function is one time, told apart by the pattern of its path and the class of its status.
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpFunction } from "../../shared/http/http-function.ts";
import { eventStream, ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { keptMetrics, type Measured } from "../jobs/measured.ts";
import { type Api, startApi } from "./api.ts";
import { anything, declared } from "./functions.ts";

const measured: Measured[] = [];
let api: Api;

async function* twoPieces() {
  api.clock.moveTo(api.clock.now() + 3000);
  yield "data: 1\n\n";
  api.clock.moveTo(api.clock.now() + 4000);
  yield "data: 2\n\n";
}

const streaming = httpFunction(requestRuntime, { auth: "none" }, async () => eventStream(twoPieces()));

beforeAll(async () => {
  api = await startApi({
    change: () => ({ metrics: keptMetrics(measured) }),
    functions: [
      anything("POST", "/things/{id}", async () => {
        api.clock.moveTo(api.clock.now() + 12);
        return ok("made");
      }),
      anything("POST", "/fails", async () => {
        throw new Error("no");
      }),
      declared("GET", "/stream", streaming),
    ],
  });
});

afterAll(() => api.close());

test("answers and refusals are timed by route and class, and a stream until its end", async () => {
  const id = "01900000-0000-7000-8000-00000000aaaa";
  const statuses = [
    await api.call("POST", `/things/${id}?secret=1`, { json: {} }),
    await api.call("POST", `/things/${id}`, { body: "{", headers: { "content-type": "application/json" } }),
    await api.call("POST", "/fails", { json: {} }),
  ].map(({ status }) => status);
  const stream = await fetch(`${api.url}/api/v1/stream`);
  await stream.text();
  expect([...statuses, stream.status]).toEqual([200, 400, 500, 200]);
  expect(measured).toEqual(
    [
      { value: 12, method: "POST", route: "/things/{id}", statusClass: "2xx" },
      { value: 0, method: "POST", route: "/things/{id}", statusClass: "4xx" },
      { value: 0, method: "POST", route: "/fails", statusClass: "5xx" },
      { value: 7000, method: "GET", route: "/stream", statusClass: "stream" },
    ].map(({ value, ...dimensions }) => ({ name: "RequestTime", value, dimensions })),
  );
});
