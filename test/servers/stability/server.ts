// Stability's v2beta over HTTP, as its documentation describes it. Answers are typed from documentation, none is recorded.
import { randomBytes } from "node:crypto";
import { tinyPng } from "../../jobs/tiny-png.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "../vendor/vendor-server.ts";
import { type Order, operations, orderOf } from "./forms.ts";

export interface StabilityServer extends VendorServer {
  key: string;
  /** Every start that was taken, oldest first. */
  orders: Order[];
  credits: number;
  /** Tasks by their ids. */
  tasks: ReadonlyMap<string, Task>;
  /** What the next start answers instead; each is used once. */
  refuse(reply: Reply): void;
  /** The next picture is blurred: 200, and its header says why. */
  filterNext(): void;
  finish(id: string): void;
  finishAll(): void;
  /** As after 24 hours. */
  forget(id: string): void;
  /** Requests within ten seconds that are still answered. */
  mostInTenSeconds: number;
}

export interface Task {
  isDone: boolean;
  isFiltered: boolean;
  /** Epoch milliseconds at which its result was asked for. */
  reads: number[];
}

/** Vendor documentation, results: "no more than once every 10 seconds". Clocks of two kinds measure it. */
const POLL_MS = 9_900;

export async function startStabilityServer(): Promise<StabilityServer> {
  const key = `sk-${randomBytes(24).toString("hex")}`;
  const orders: Order[] = [];
  const tasks = new Map<string, Task>();
  const replies: Reply[] = [];
  const times: number[] = [];
  let filters = 0;

  async function answer(request: VendorRequestSeen): Promise<Reply> {
    // Vendor documentation, authentication: 401 `unauthorized`.
    if (request.headers.authorization !== `Bearer ${key}`)
      return stabilityError(401, "unauthorized", ["authorization: invalid or missing"]);
    // Vendor documentation, rate limits: 150 requests within 10 seconds.
    times.push(request.at);
    if (times.filter((at) => request.at - at < 10_000).length > server.mostInTenSeconds) {
      return stabilityError(429, "rate_limit_exceeded", [
        "You have exceeded the rate limit of 150 requests within a 10 second period.",
      ]);
    }
    const { path } = request;
    if (path === "/v1/user/balance") return { status: 200, body: { credits: server.credits } };
    if (path.startsWith(RESULTS)) return resultOf(path.slice(RESULTS.length), request.at);
    return path.startsWith(IMAGES)
      ? start(path.slice(IMAGES.length), request)
      : stabilityError(404, "not_found", ["no such route"]);
  }

  async function start(path: string, request: VendorRequestSeen): Promise<Reply> {
    if (!operations[path]) return stabilityError(404, "not_found", ["no such route"]);
    // Vendor documentation, accept: image/* or application/json; only the first one is used here.
    if (request.headers.accept !== "image/*") return stabilityError(400, "bad_request", ["accept: required"]);
    const order = await orderOf(path, request);
    if (Array.isArray(order)) return stabilityError(400, "bad_request", order);
    const reply = replies.shift();
    if (reply) return reply;
    orders.push(order);
    const isFiltered = filters > 0;
    filters -= isFiltered ? 1 : 0;
    if (!operations[path].isTask) return picture(isFiltered);
    const id = randomBytes(32).toString("hex");
    tasks.set(id, { isDone: false, isFiltered, reads: [] });
    // Vendor documentation, asynchronous operations: 202 with the task's id.
    return { status: 202, body: { id } };
  }

  function resultOf(id: string, now: number): Reply {
    const task = tasks.get(id);
    // Vendor documentation, results: kept for 24 hours, then 404.
    if (!task) return stabilityError(404, "not_found", ["id: no such generation"]);
    const last = task.reads.at(-1) ?? Number.NEGATIVE_INFINITY;
    task.reads.push(now);
    if (task.isDone) return picture(task.isFiltered);
    if (now - last < POLL_MS)
      return stabilityError(429, "rate_limit_exceeded", ["Poll at most once every 10 seconds."]);
    return { status: 202, body: { id, status: "in-progress" } };
  }

  const server: StabilityServer = Object.assign(await startVendorServer({ kindOf, answer }), {
    ...{ key, orders, tasks, credits: 25, mostInTenSeconds: 150 },
    refuse: (reply: Reply) => void replies.push(reply),
    filterNext: () => {
      filters++;
    },
    finish: (id: string) => void Object.assign(tasks.get(id) ?? {}, { isDone: true }),
    finishAll: () => {
      for (const task of tasks.values()) task.isDone = true;
    },
    forget: (id: string) => void tasks.delete(id),
  });
  return server;
}

const [IMAGES, RESULTS] = ["/v2beta/stable-image/", "/v2beta/results/"];

function kindOf(method: string, path: string) {
  if (method === "POST" && path.startsWith(IMAGES)) return "start";
  if (method === "GET" && path.startsWith(RESULTS)) return "check";
  return method === "GET" && path === "/v1/user/balance" ? "health" : null;
}

/** Vendor documentation, errors: one shape for all. */
export function stabilityError(status: number, name: string, errors: string[]): Reply {
  return { status, body: { id: randomBytes(16).toString("hex"), name, errors } };
}

/** Vendor documentation, v2beta: the picture itself; what was filtered comes with 200 as well, blurred. */
function picture(isFiltered: boolean): Reply {
  const headers = {
    "content-type": "image/png",
    "finish-reason": isFiltered ? "CONTENT_FILTERED" : "SUCCESS",
    seed: "343940597",
  };
  return { status: 200, headers, body: tinyPng };
}
