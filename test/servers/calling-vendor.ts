// A vendor of our own making that calls back: signed calls of an attempt or of a whole account, and tasks that finish on command. And its adapter.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { CallbackNews, Provider, VendorCall } from "../../shared/ports/provider.ts";
import { callVendor } from "../../shared/providers/calling/call-vendor.ts";
import { textAt } from "../../shared/providers/calling/json.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "./vendor/vendor-server.ts";

const KEY = "the key of a vendor that calls";
const TOLERANCE_MS = 300_000;
/** Nobody waits for that in a test. */
const CHECK_AFTER_MS = 600_000;

export interface CallingVendor extends VendorServer {
  tasks: Map<string, { isDone: boolean; callbackUrl: string | undefined }>;
  /** From now on a check finds it done. */
  finish(taskId: string): void;
  /** The call that says so, as it goes over the wire. */
  callAbout(taskId: string, fields?: { at?: number; key?: string; state?: string }): SignedCall;
  /** Starts wait until it is called. */
  holdStarts(): () => void;
}

/** The body's characters are its bytes (latin1). */
export interface SignedCall {
  headers: Record<string, string>;
  body: string;
}

export async function startCallingVendor(): Promise<CallingVendor> {
  const tasks: CallingVendor["tasks"] = new Map();
  let gate: Promise<void> = Promise.resolve();
  const server = await startVendorServer({
    kindOf: (method, path) =>
      path !== "/tasks" && !path.startsWith("/tasks/") ? null : method === "POST" ? "start" : "check",
    async answer({ kind, path, body }: VendorRequestSeen): Promise<Reply> {
      if (kind === "start") {
        const id = `task-${randomUUID()}`;
        tasks.set(id, { isDone: false, callbackUrl: textAt(JSON.parse(body.toString()), "callback_url") });
        await gate;
        return { status: 200, body: { id } };
      }
      const task = tasks.get(path.slice("/tasks/".length));
      if (!task) return { status: 404, body: {} };
      return { status: 200, body: { state: task.isDone ? "done" : "running", url: `${server.url}/files/output` } };
    },
  });
  server.addFile("output", { bytes: tinyPng, contentType: "image/png" });
  return Object.assign(server, {
    tasks,
    finish(taskId: string) {
      const task = tasks.get(taskId);
      if (task) task.isDone = true;
    },
    callAbout(taskId: string, { at = Date.now(), key = KEY, state = "done" } = {}) {
      const body = JSON.stringify({ id: taskId, state });
      const bytes = Buffer.from(body, "latin1");
      return { headers: { "x-at": String(at), "x-signature": signature(key, at, bytes) }, body };
    },
    holdStarts() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return held.resolve;
    },
  });
}

export function createCallingProvider(server: Pick<VendorServer, "url">, id = "calling"): Provider {
  return {
    ...{ id, isConfigured: true, lostSubmit: "never", isSynchronous: false, canCancel: false, typicalMs: 1000 },
    models: [{ id: "calling", type: "image", operations: ["generate"], price: 5, maxOutputs: 1 }],
    validate: () => [],
    health: async () => ({ status: "up" }),
    readCallback: async (call) => verified(call),
    async start({ prompt }, { callbackUrl, signal }) {
      const body = JSON.stringify({ prompt, callback_url: callbackUrl });
      const { json } = await callVendor({ method: "POST", url: `${server.url}/tasks`, headers: {}, body, signal });
      return { state: "started", task: { id: textAt(json, "id") ?? "" }, checkAfterMs: CHECK_AFTER_MS };
    },
    async check(task, { signal }) {
      const { json } = await callVendor({ method: "GET", url: `${server.url}/tasks/${task.id}`, headers: {}, signal });
      if (textAt(json, "state") !== "done") return { state: "running", checkAfterMs: CHECK_AFTER_MS };
      return { state: "succeeded", sources: [{ kind: "url", url: textAt(json, "url") ?? "" }] };
    },
    cancel: async () => "unknown",
    lookUp: () => Promise.reject(new Error("it cannot be asked")),
    open: () => Promise.reject(new Error("there are no streams")),
  };
}

function verified({ headers, body, receivedAt }: VendorCall): CallbackNews | null {
  const at = Number(headers["x-at"]);
  if (!(Math.abs(receivedAt - at) <= TOLERANCE_MS)) return null;
  const [right, given] = [signature(KEY, at, body), headers["x-signature"] ?? ""].map((text) => Buffer.from(text));
  if (!right || right.length !== given?.length || !timingSafeEqual(right, given)) return null;
  const taskId = textAt(JSON.parse(Buffer.from(body).toString()), "id");
  return { taskIds: taskId === undefined ? [] : [taskId] };
}

function signature(key: string, at: number, body: Uint8Array): string {
  return createHmac("sha256", key).update(`${at}.`).update(body).digest("hex");
}
