// A wire-level Ark: keys, video tasks that queue, run and end on command, pictures at once, its codes, and its calls back. Typed from its
// API reference; ByteDance's provider of the AI SDK passes against it.
import { sampleFile } from "../vendor/sample-files.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "../vendor/vendor-server.ts";
import { problemOf } from "./start-request.ts";

export type ArkState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "expired";

export interface ArkTask {
  id: string;
  body: Readonly<Record<string, unknown>>;
  state: ArkState;
  error: { code: string; message: string } | null;
  url: string | undefined;
  updatedAt: number;
}

export interface ArkServer extends VendorServer {
  key: string;
  tasks: ArkTask[];
  /** Pictures that were made. */
  pictures: number;
  /** How many tasks run at a time; the others stay in the queue. */
  concurrency: number;
  /** The account is not in arrears. */
  isPaid: boolean;
  finish(id: string): Promise<void>;
  /** Every task that is under way, and from now on each one as soon as it is begun. */
  finishAll(): Promise<void>;
  fail(id: string, code: string, message?: string): Promise<void>;
  expire(id: string): Promise<void>;
}

const DAY_MS = 24 * 60 * 60_000;
/** Vendor documentation, prices: of a second in 16:9, as 48,600, 102,960 and 244,800 of five. */
const tokensPerSecond: Readonly<Record<string, number>> = { "480p": 9720, "720p": 20_592, "1080p": 48_960 };

export async function startArkServer(): Promise<ArkServer> {
  const key = "ark-key-of-a-test";
  const tasks: ArkTask[] = [];
  let isQuick = false;

  const wire = await startVendorServer({
    kindOf(method, path) {
      const found = pathPattern.exec(path);
      if (!found) return null;
      const [, , id] = found;
      if (method === "POST" && !id) return "start";
      if (method === "GET" && found[1] !== "images/generations") return id ? "check" : "health";
      return method === "DELETE" && id ? "cancel" : null;
    },
    answer: (request) => {
      if (request.headers.authorization !== `Bearer ${key}`) {
        return error(
          401,
          "AuthenticationError",
          "The API key or AK/SK in the request is missing or invalid.",
          "Unauthorized",
        );
      }
      const [, path, id] = pathPattern.exec(request.path) ?? [];
      if (request.kind === "other") return error(404, "NotFound", "The specified path is not found.", "NotFound");
      if (request.kind === "health") return { status: 200, body: { items: tasks.map(view), total: tasks.length } };
      if (request.kind === "start") return path === "images/generations" ? makePicture(request) : startTask(request);
      const task = tasks.find((each) => each.id === decodeURIComponent(id ?? ""));
      if (!task) return error(404, "NotFound.TaskId", "The specified task is not found.", "NotFound");
      return request.kind === "cancel" ? remove(task) : look(task);
    },
  });

  function refusalOf(kind: "image" | "video", body: Record<string, unknown> | null, words: string): Reply | null {
    const problem = body ? problemOf(kind, body) : "body";
    if (problem) return error(400, `InvalidParameter.${problem}`, `The specified parameter ${problem} is invalid.`);
    if (!server.isPaid) {
      return error(
        403,
        "AccountOverdueError",
        "The request failed because your account has an overdue balance.",
        "Forbidden",
      );
    }
    if (!words.includes("forbidden")) return null;
    const said = "The request failed because the input text may contain sensitive information.";
    return error(400, "InputTextSensitiveContentDetected", said);
  }

  /** Vendor documentation, image generation: the answer comes when all is made; a file is there for 24 hours. */
  function makePicture({ body }: VendorRequestSeen): Reply {
    const asked = jsonOf(body);
    const refusal = refusalOf("image", asked, String(asked?.prompt));
    if (refusal || !asked) return refusal ?? error(400, "InvalidParameter", "invalid");
    if (String(asked.prompt).includes("looks wrong")) {
      const said = "The request failed because the output image may contain sensitive information.";
      return error(400, "OutputImageSensitiveContentDetected", said);
    }
    const { bytes, contentType, extension } = sampleFile("image");
    const file = { bytes, contentType, expiresAt: Date.now() + DAY_MS };
    const url = wire.addFile(`picture-${server.pictures++}.${extension}`, file);
    const made = asked.response_format === "b64_json" ? { b64_json: Buffer.from(bytes).toString("base64") } : { url };
    const usage = { generated_images: 1, output_tokens: 16_384, total_tokens: 16_384 };
    const created = Math.floor(Date.now() / 1000);
    return { status: 200, body: { model: asked.model, created, data: [{ ...made, size: "2048x2048" }], usage } };
  }

  async function startTask({ body }: VendorRequestSeen): Promise<Reply> {
    const asked = jsonOf(body);
    const refusal = refusalOf("video", asked, JSON.stringify(asked?.content ?? ""));
    if (refusal || !asked) return refusal ?? error(400, "InvalidParameter", "invalid");
    const id = `cgt-20261128-${tasks.length}`;
    const task: ArkTask = { id, body: asked, state: "queued", error: null, url: undefined, updatedAt: Date.now() };
    tasks.push(task);
    if (isQuick) await end(task, "succeeded");
    return { status: 200, body: { id } };
  }

  function look(task: ArkTask): Reply {
    const running = tasks.filter(({ state }) => state === "running").length;
    if (task.state === "queued" && running < server.concurrency) task.state = "running";
    return { status: 200, body: view(task) };
  }

  /** Vendor documentation, cancel or delete: queued tasks are cancelled; running and cancelled ones refuse; what has ended is forgotten. */
  function remove(task: ArkTask): Reply {
    if (task.state === "running" || task.state === "cancelled") {
      const said = "Operation is denied because operation is not supported while the target is in its current phase.";
      return error(403, "OperationDenied.UnsupportedPhase", said, "Forbidden");
    }
    if (task.state === "queued") task.state = "cancelled";
    else tasks.splice(tasks.indexOf(task), 1);
    return { status: 200, body: {} };
  }

  async function end(task: ArkTask, state: ArkState, problem: ArkTask["error"] = null): Promise<void> {
    Object.assign(task, { state, error: problem, updatedAt: Date.now() });
    if (state === "succeeded") {
      const { bytes, contentType, extension } = sampleFile("video");
      task.url = wire.addFile(`${task.id}.${extension}`, { bytes, contentType, expiresAt: task.updatedAt + DAY_MS });
    }
    if (typeof task.body.callback_url !== "string") return;
    // Vendor documentation, callbacks: what a query answers, unsigned.
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(view(task));
    await fetch(task.body.callback_url, { method: "POST", headers, body }).catch(() => null);
  }

  function found(id: string): ArkTask {
    const task = tasks.find((each) => each.id === id);
    if (!task) throw new Error(`there is no task ${id}`);
    return task;
  }

  const server: ArkServer = Object.assign(wire, {
    ...{ key, tasks, pictures: 0, concurrency: 1000, isPaid: true },
    finish: (id: string) => end(found(id), "succeeded"),
    async finishAll() {
      isQuick = true;
      for (const task of tasks) if (task.state === "queued" || task.state === "running") await end(task, "succeeded");
    },
    fail: (id: string, code: string, message = "said") => end(found(id), "failed", { code, message }),
    expire: (id: string) => end(found(id), "expired"),
  });
  return server;
}

const pathPattern = /^\/(images\/generations|contents\/generations\/tasks)(?:\/([^/?]+))?(?:\?.*)?$/;

/** Vendor documentation, query a task. */
function view({ id, body, state, error: problem, url, updatedAt }: ArkTask): object {
  const tokens = (tokensPerSecond[String(body.resolution ?? "1080p")] ?? 0) * Number(body.duration ?? 5);
  return {
    ...{
      id,
      model: body.model,
      status: state,
      created_at: Math.floor(updatedAt / 1000) - 30,
      updated_at: Math.floor(updatedAt / 1000),
    },
    ...{ service_tier: "default", execution_expires_after: 172_800 },
    ...(problem && { error: problem }),
    ...(state === "succeeded" && {
      ...{ content: { video_url: url }, seed: 10, resolution: body.resolution, ratio: "16:9", duration: body.duration },
      ...{ framespersecond: 24, usage: { completion_tokens: tokens, total_tokens: tokens } },
    }),
  };
}

function error(status: number, code: string, message: string, type = "BadRequest"): Reply {
  return { status, body: { error: { code, message: `${message} Request id: 0217000000`, param: "", type } } };
}

function jsonOf(body: Buffer): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(body.toString());
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
