// Runway's API as far as the adapter speaks to it. What it answers was typed from the vendor's documentation and from the types of its
// JavaScript client; nothing was recorded.
import { randomUUID } from "node:crypto";
import { sampleFile } from "../vendor/sample-files.ts";
import {
  type CallKind,
  type Reply,
  startVendorServer,
  type VendorRequestSeen,
  type VendorServer,
} from "../vendor/vendor-server.ts";
import { problemOf, startPaths } from "./start-request.ts";
import { createTasks, type RunwayTask, type TaskState } from "./tasks.ts";

export interface RunwayServer extends VendorServer {
  key: string;
  tasks: ReadonlyMap<string, RunwayTask>;
  /** The bytes that were uploaded, by their `runway://` URI. */
  uploads: ReadonlyMap<string, Buffer>;
  /** Moves a task on, or makes it fail. */
  set(id: string, state: TaskState, failure?: { code?: string; credits?: number }): void;
  finishAll(): void;
  /** The URLs that were given out so far answer 403 from now on. */
  expireFiles(): void;
  /** What is left of the account. */
  creditBalance: number;
}

export interface RunwayOptions {
  /** How long tasks take; by default they end on command. */
  finishAfterMs?: number;
}

export async function startRunwayServer({ finishAfterMs = Infinity }: RunwayOptions = {}): Promise<RunwayServer> {
  const key = `key_${randomUUID().replaceAll("-", "")}`;
  const places = new Map<string, string>();
  const uploads = new Map<string, Buffer>();
  const account = { creditBalance: 5000 };
  const vendor = await startVendorServer({ kindOf, answer });
  const tasks = createTasks(finishAfterMs, (name, file) => vendor.addFile(name, file));

  async function answer(request: VendorRequestSeen): Promise<Reply> {
    const path = pathOf(request);
    if (path.startsWith("/storage/")) return store(request);
    if (request.headers.authorization !== `Bearer ${key}`) return refusal(401, "The API key is not valid.");
    // Vendor documentation: the version header is required.
    if (request.headers["x-runway-version"] !== "2024-11-06") {
      return refusal(400, "The X-Runway-Version header is missing or not supported.");
    }
    if (request.method === "POST" && path === "/v1/uploads") return place(request);
    if (request.method === "GET" && path === "/v1/organization") return { status: 200, body: organization() };
    if (request.method === "POST" && startPaths.includes(path)) return start(path, request);
    const id = /^\/v1\/tasks\/([^/]+)$/.exec(path)?.[1];
    if (!id) return refusal(404, "Not found.");
    if (request.method === "DELETE") return tasks.remove(id) ? { status: 204 } : refusal(404, "Not found.");
    const found = tasks.read(id);
    return found ? { status: 200, body: found } : refusal(404, "Not found.");
  }

  function start(path: string, request: VendorRequestSeen): Reply {
    const body = jsonOf(request);
    const problem = problemOf(path, body, (uri) => uploads.has(uri));
    // Vendor documentation, errors: `{"error":"…"}`; a validation adds what was wrong.
    if (problem) return { status: 400, body: { error: problem, issues: [{ message: problem }] } };
    if (account.creditBalance <= 0) return refusal(400, "You do not have enough credits to run this task.");
    return { status: 200, body: tasks.add(sampleFile(path.endsWith("image") ? "image" : "video"), body) };
  }

  /** Vendor documentation, uploads: a presigned place on another host, and the URI that stands for the file. */
  function place(request: VendorRequestSeen): Reply {
    const { filename, type, ...others } = jsonOf(request);
    if (typeof filename !== "string" || type !== "ephemeral" || Object.keys(others).length > 0) {
      return refusal(400, "filename and type are required, and nothing else.");
    }
    const id = randomUUID();
    const runwayUri = `runway://${id}`;
    places.set(id, runwayUri);
    return { status: 200, body: { uploadUrl: `${vendor.url}/storage/${id}`, fields: { key: id }, runwayUri } };
  }

  /** As object stores take a form: they refuse what has a second way of authorisation. */
  async function store(request: VendorRequestSeen): Promise<Reply> {
    const id = pathOf(request).slice("/storage/".length);
    const uri = places.get(id);
    const headers = { "content-type": request.headers["content-type"] ?? "" };
    const form = await new Response(new Uint8Array(request.body), { headers }).formData().catch(() => null);
    const file = form?.get("file");
    if (!uri || request.headers.authorization || form?.get("key") !== id || !(file instanceof Blob)) {
      return { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" };
    }
    uploads.set(uri, Buffer.from(await file.arrayBuffer()));
    return { status: 204 };
  }

  function organization() {
    return {
      tier: {
        maxMonthlyCreditSpend: 10_000,
        models: { "gen4.5": { maxConcurrentGenerations: 2, maxDailyGenerations: 200 } },
      },
      creditBalance: account.creditBalance,
      usage: { models: { "gen4.5": { dailyGenerations: 12 } } },
    };
  }

  return Object.assign(account, vendor, {
    key,
    uploads,
    tasks: tasks.all,
    set: tasks.set,
    finishAll: tasks.finishAll,
    expireFiles: tasks.expireFiles,
  });
}

function kindOf(method: string, path: string): CallKind | null {
  if (method === "POST" && startPaths.includes(path)) return "start";
  if (path === "/v1/organization") return "health";
  if (!path.startsWith("/v1/tasks/")) return path.startsWith("/storage/") || path === "/v1/uploads" ? "other" : null;
  return method === "DELETE" ? "cancel" : "check";
}

function pathOf({ path }: VendorRequestSeen): string {
  return path.split("?")[0] ?? "";
}

function jsonOf({ body }: VendorRequestSeen): Record<string, unknown> {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}

function refusal(status: number, error: string): Reply {
  return { status, body: { error } };
}
