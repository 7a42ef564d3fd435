// Model Studio's native API as far as the adapter speaks to it. Error bodies, starts, cancels and pictures of the old protocol were typed from
// recorded exchanges of others, the rest from the vendor's documentation and its SDKs; nothing was recorded here.
import { randomUUID } from "node:crypto";
import { type SampleFile, sampleFile } from "../vendor/sample-files.ts";
import {
  type CallKind,
  type Reply,
  startVendorServer,
  type VendorRequestSeen,
  type VendorServer,
} from "../vendor/vendor-server.ts";
import { certificatePath, createEventBridge, type EventOptions, type SignedCall } from "./event-bridge.ts";
import { problemOf, shapes } from "./start-request.ts";
import { createTasks, type DashscopeTask, type TaskState } from "./tasks.ts";

export interface DashscopeServer extends VendorServer {
  key: string;
  /** The one that the key belongs to; no other one can be named. */
  workspace: string;
  tasks: ReadonlyMap<string, DashscopeTask>;
  /** Moves a task on, or makes it or a part of it fail. */
  set(id: string, state: TaskState, change?: { code?: string; message?: string; failedCount?: number }): void;
  finishAll(): void;
  /** As after 24 hours. */
  forget(id: string): void;
  /** The URLs that were given out so far answer 403 from now on. */
  expireFiles(): void;
  /** What EventBridge sends to `url` when that task has ended. */
  signedCall(url: string, taskId: string, options?: Partial<EventOptions>): SignedCall;
  /** Sends it, and answers the status. */
  postEvent(url: string, taskId: string, options?: Partial<EventOptions>): Promise<number>;
  /** Where its certificate lies. */
  certificateUrl: string;
}

export interface DashscopeOptions {
  /** How long tasks take; by default they end on command. */
  finishAfterMs?: number;
  /** Vendor documentation, limits: 20 questions and cancels a second, and 2 starts of a model. */
  queriesPerSecond?: number;
  startsPerSecond?: number;
  /** Epoch milliseconds. */
  now?: () => number;
  /** What is made; by default small samples. */
  files?: Partial<Record<"image" | "video" | "audio", SampleFile>>;
}

export async function startDashscopeServer(options: DashscopeOptions = {}): Promise<DashscopeServer> {
  const { finishAfterMs = Infinity, queriesPerSecond = 20, startsPerSecond = 2, now = Date.now, files = {} } = options;
  const key = `sk-${randomUUID().replaceAll("-", "")}`;
  const workspace = `llm-${randomUUID().slice(0, 8)}`;
  const bridge = createEventBridge();
  const vendor = await startVendorServer({ kindOf, answer });
  const tasks = createTasks({ finishAfterMs, now, addFile: vendor.addFile });
  const seen = new Map<string, number[]>();

  function isTooOften(what: string, perSecond: number): boolean {
    const latest = (seen.get(what) ?? []).filter((at) => at > now() - 1000);
    seen.set(what, [...latest, now()]);
    return latest.length >= perSecond;
  }

  function answer(request: VendorRequestSeen): Reply {
    const { method, path, headers } = request;
    if (path === certificatePath) return { status: 200, body: bridge.certificate() };
    if (headers.authorization !== `Bearer ${key}`) return refusal(401, "InvalidApiKey", "Invalid API-key provided.");
    const named = headers["x-dashscope-workspace"];
    if (named !== undefined && named !== workspace) {
      return refusal(403, "Workspace.AccessDenied", "Workspace access denied.");
    }
    const service = serviceOf(path);
    if (method === "POST" && service !== null) return start(service, request);
    const [, id, cancel] = /^\/api\/v1\/tasks\/([^/]+)(\/cancel)?$/.exec(path) ?? [];
    if (!id || (method === "POST") !== (cancel !== undefined)) return refusal(404, "NotFound", "No such path.");
    if (isTooOften("query", queriesPerSecond)) {
      return refusal(429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.");
    }
    if (!cancel) return { status: 200, body: tasks.read(id) };
    if (tasks.cancel(id)) return { status: 200, body: { request_id: randomUUID() } };
    const message = "Failed to cancel the task, please confirm if the task is in PENDING status.";
    return refusal(400, "UnsupportedOperation", message);
  }

  function start(service: string, request: VendorRequestSeen): Reply {
    const body = jsonOf(request);
    const model = String(body.model);
    if (!shapes[service]?.[model]) return refusal(404, "ModelNotFound", `Model not found: ${model}.`);
    if (isTooOften(`start ${model}`, startsPerSecond)) {
      return refusal(429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.");
    }
    const isSpeech = /tts/i.test(model) || service.startsWith("audio/");
    const isWaiting = isSpeech || service.startsWith("multimodal-generation/");
    // Vendor documentation, asynchronous tasks: its message when the header is missing. Status and code are not documented.
    if (!isWaiting && request.headers["x-dashscope-async"] !== "enable") {
      return refusal(403, "AccessDenied", "current user api does not support synchronous calls.");
    }
    if (isWaiting && request.headers["x-dashscope-async"] !== undefined) {
      return refusal(403, "AccessDenied", "current user api does not support asynchronous calls.");
    }
    const problem = problemOf(service, body);
    if (problem) return refusal(400, "InvalidParameter", problem);
    if (isSpeech) return spoken();
    const { n } = (body.parameters ?? {}) as { n?: number };
    const shape = service.startsWith("video") ? "video" : service.startsWith("image-gen") ? "choices" : "results";
    const type = shape === "video" ? "video" : "image";
    const file = files[type] ?? sampleFile(type);
    const id = tasks.add({ model, count: n ?? 1, file, shape: isWaiting ? "choices" : shape });
    if (!isWaiting) {
      return { status: 200, body: { output: { task_status: "PENDING", task_id: id }, request_id: randomUUID() } };
    }
    tasks.set(id, "SUCCEEDED");
    const made = tasks.all.get(id);
    if (!made) throw new Error("it was just added");
    const usage = { width: 1328, height: 1328, image_count: made.count };
    return { status: 200, body: { output: tasks.choicesOf(made), usage, request_id: randomUUID() } };
  }

  /** Vendor documentation, speech: the answer names the file, which is there for a day. */
  function spoken(): Reply {
    const { bytes, contentType, extension } = files.audio ?? sampleFile("audio");
    const id = `audio_${randomUUID()}`;
    const url = vendor.addFile(`${id}.${extension}`, { bytes, contentType });
    const audio = { expires_at: Math.floor(now() / 1000) + 86_400, data: "", id, url };
    return {
      status: 200,
      body: { output: { finish_reason: "stop", audio }, usage: { characters: 4 }, request_id: randomUUID() },
    };
  }

  function signedCall(url: string, taskId: string, given: Partial<EventOptions> = {}): SignedCall {
    return bridge.signedCall(url, taskId, { at: now(), ...given });
  }

  return Object.assign(vendor, {
    ...{ key, workspace, signedCall, tasks: tasks.all, set: tasks.set },
    ...{ finishAll: tasks.finishAll, forget: tasks.forget, expireFiles: tasks.expireFiles },
    certificateUrl: `${vendor.url}${certificatePath}`,
    async postEvent(url: string, taskId: string, given?: Partial<EventOptions>) {
      const { headers, body } = signedCall(url, taskId, given);
      const sent = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
      return (await fetch(url, { ...sent, body: new Uint8Array(body) })).status;
    },
  });
}

function kindOf(method: string, path: string): CallKind | null {
  if (path.startsWith("/api/v1/services/")) return "start";
  if (!path.startsWith("/api/v1/tasks/")) return path === certificatePath ? "other" : null;
  if (method === "POST") return "cancel";
  return path.endsWith("/00000000-0000-0000-0000-000000000000") ? "health" : "check";
}

function serviceOf(path: string): string | null {
  const service = path.replace(/^\/api\/v1\/services\/(aigc\/)?/, "");
  return service !== path && shapes[service] ? service : null;
}

function jsonOf({ body }: VendorRequestSeen): Record<string, unknown> {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}

/** Recorded: an HTTP error's body. */
function refusal(status: number, code: string, message: string): Reply {
  return { status, body: { code, message, request_id: randomUUID() } };
}
