// A wire-level Kling: tokens, tasks of three kinds that move on command, its codes, and its calls back. Typed from its API reference;
// there is no official JavaScript client that could be held against it, so that it is our reading of that reference alone.
import jwt from "jsonwebtoken";
import { sampleFile } from "../vendor/sample-files.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "../vendor/vendor-server.ts";
import { problemOf } from "./start-request.ts";
import { type KlingKind, type KlingTask, startedView, taskView } from "./tasks.ts";

export interface KlingServer extends VendorServer {
  accessKey: string;
  secretKey: string;
  tasks: KlingTask[];
  /** Ends a task well, and calls back if that was wanted. */
  finish(id: string): Promise<void>;
  /** Every task that is under way, and from now on each one as soon as it is begun. */
  finishAll(): Promise<void>;
  fail(id: string, message: string): Promise<void>;
  /** Tasks at a time. */
  concurrency: number;
  /** The account's packages are used up. */
  isPaid: boolean;
}

const DAY_MS = 24 * 60 * 60_000;
export async function startKlingServer(): Promise<KlingServer> {
  const [accessKey, secretKey] = ["kling-access-key", "kling-secret-key-of-32-characters"];
  const tasks: KlingTask[] = [];
  let isQuick = false;

  const wire = await startVendorServer({
    kindOf(method, path) {
      const found = pathPattern.exec(path);
      if (!found) return null;
      if (method === "POST" && !found[2]) return "start";
      if (method === "GET") return found[2] ? "check" : "health";
      return null;
    },
    answer: async (request) => {
      const [, kind, id] = pathPattern.exec(request.path) ?? [];
      const refused = tokenProblem(request.headers.authorization);
      if (refused) return error(401, ...refused);
      // Vendor documentation, error codes: 1202 for a method or path that there is not.
      if (request.kind === "other") return error(404, 1202, "method is invalid");
      if (request.kind === "health") return fine(tasks.filter((task) => task.kind === kind).map(taskView));
      if (request.kind === "start") return await start(kind as KlingKind, request);
      // Vendor documentation, query a task: by its own id or the one that it was given.
      const task = tasks.find(
        (each) => each.kind === kind && [each.id, each.externalId].includes(decodeURIComponent(id ?? "")),
      );
      if (!task) return error(404, 1203, "task not found");
      if (task.state === "submitted") task.state = "processing";
      return fine(taskView(task));
    },
  });

  /** Vendor documentation, authentication: HS256, `iss` the access key, `exp`, `nbf`. */
  function tokenProblem(authorization: string | undefined): [code: number, message: string] | null {
    if (!authorization) return [1001, "Authorization is empty"];
    const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
    if (!token) return [1002, "Authorization is invalid"];
    try {
      const payload = jwt.verify(token, secretKey, { algorithms: ["HS256"] });
      const isRight = typeof payload === "object" && payload.iss === accessKey && payload.exp && payload.nbf;
      return isRight ? null : [1000, "signature is invalid"];
    } catch (problem) {
      if (problem instanceof jwt.TokenExpiredError) return [1004, "Authorization is expired"];
      if (problem instanceof jwt.NotBeforeError) return [1003, "Authorization is not yet valid"];
      return [1002, "Authorization is invalid"];
    }
  }

  async function start(kind: KlingKind, { body }: VendorRequestSeen): Promise<Reply> {
    const asked = jsonOf(body);
    if (!asked) return error(400, 1200, "request body is invalid");
    const problem = problemOf(kind, asked);
    if (problem) return error(400, 1201, problem);
    if (!server.isPaid) return error(429, 1102, "Account balance not enough");
    if (/forbidden/.test(String(asked.prompt)))
      return error(400, 1301, "The content you have entered may involve sensitive content");
    const externalId = asked.external_task_id as string | undefined;
    // Vendor documentation: unique for each user.
    if (externalId && tasks.some((task) => task.externalId === externalId)) {
      return error(400, 1201, "external_task_id is not unique");
    }
    // Vendor documentation, concurrency: a task counts from its start to its end, pictures count one by one.
    const count = Number(asked.n ?? 1);
    const running = tasks.filter(({ state }) => state === "submitted" || state === "processing");
    if (running.reduce((sum, task) => sum + task.count, count) > server.concurrency) {
      return error(429, 1303, "parallel task over resource pack limit");
    }
    const now = Date.now();
    const task: KlingTask = {
      ...{ id: `${8334467560000 + tasks.length}`, kind, externalId, count, state: "submitted", urls: [] },
      ...{
        callbackUrl: asked.callback_url as string | undefined,
        seconds: String(asked.duration ?? ""),
        message: undefined,
      },
      ...{ createdAt: now, updatedAt: now },
    };
    tasks.push(task);
    const answer = fine(startedView(task));
    if (isQuick) await end(task);
    return answer;
  }

  async function end(task: KlingTask, message?: string): Promise<void> {
    Object.assign(task, { state: message === undefined ? "succeed" : "failed", message, updatedAt: Date.now() });
    const { bytes, contentType, extension } = sampleFile(task.kind === "images/generations" ? "image" : "video");
    if (message === undefined) {
      // Vendor documentation: files are deleted after 30 days.
      task.urls = Array.from({ length: task.count }, (_, i) =>
        wire.addFile(`${task.id}-${i}.${extension}`, { bytes, contentType, expiresAt: task.updatedAt + 30 * DAY_MS }),
      );
    }
    if (!task.callbackUrl) return;
    // Vendor documentation, callbacks: the task alone, unsigned.
    const headers = { "content-type": "application/json" };
    await fetch(task.callbackUrl, { method: "POST", headers, body: JSON.stringify(taskView(task)) }).catch(() => null);
  }

  const found = (id: string): KlingTask => {
    const task = tasks.find((each) => each.id === id);
    if (!task) throw new Error(`there is no task ${id}`);
    return task;
  };

  const server: KlingServer = Object.assign(wire, {
    ...{ accessKey, secretKey, tasks, concurrency: 1000, isPaid: true },
    finish: (id: string) => end(found(id)),
    async finishAll() {
      isQuick = true;
      for (const task of tasks) if (task.state === "submitted" || task.state === "processing") await end(task);
    },
    fail: (id: string, message: string) => end(found(id), message),
  });
  return server;
}

const pathPattern = /^\/v1\/(videos\/text2video|videos\/image2video|images\/generations)(?:\/([^/?]+))?(?:\?.*)?$/;

function fine(data: unknown): Reply {
  return { status: 200, body: { code: 0, message: "SUCCEED", request_id: "5f3c1b1e", data } };
}

function error(status: number, code: number, message: string): Reply {
  return { status, body: { code, message, request_id: "5f3c1b1e" } };
}

function jsonOf(body: Buffer): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(body.toString());
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
