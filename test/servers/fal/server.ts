// fal's queue as far as the adapter speaks to it, its published keys, and its calls. What it answers was typed from the vendor's
// documentation and from the types of its JavaScript client; nothing was recorded.
import { randomUUID } from "node:crypto";
import {
  type CallKind,
  type Reply,
  startVendorServer,
  type VendorRequestSeen,
  type VendorServer,
} from "../vendor/vendor-server.ts";
import { appOf, inputProblem, isModel } from "./models.ts";
import { createRequests, type FalRequest, type Result } from "./requests.ts";
import { createSigner, type SignedCall } from "./signer.ts";

export interface FalServer extends VendorServer {
  key: string;
  asked: ReadonlyMap<string, FalRequest>;
  /** The origin of the URLs that answers name; another one when a gateway stands before the queue. */
  origin: string;
  /** Moves a request on. */
  set(id: string, state: FalRequest["state"]): void;
  /** Ends a request with another result than its files. */
  end(id: string, result: Result): void;
  finishAll(): void;
  /** The call that tells of a request which has ended; `at` in epoch milliseconds. */
  callOf(id: string, at?: number): SignedCall;
  /** Another pair of keys signs from now on, and is published. */
  rotateKeys(): void;
}

export interface FalOptions {
  /** How long requests take; by default they end on command. */
  finishAfterMs?: number;
}

export async function startFalServer({ finishAfterMs = Infinity }: FalOptions = {}): Promise<FalServer> {
  const key = `${randomUUID()}:${randomUUID().replaceAll("-", "")}`;
  const vendor = await startVendorServer({ kindOf, answer });
  const said = { origin: vendor.url };
  const requests = createRequests(finishAfterMs, (name, file) => vendor.addFile(name, file));
  const signer = createSigner();

  function answer(request: VendorRequestSeen): Reply {
    const { method, headers } = request;
    const [path = "", query = ""] = request.path.split("?");
    if (path === "/.well-known/jwks.json") return { status: 200, body: signer.published() };
    if (headers.authorization !== `Key ${key}`) {
      return { status: 401, body: { detail: "No user found for Key ID and Secret" } };
    }
    const [, app, id, end] = /^\/([^/]+\/[^/]+)\/requests\/([^/]+)(\/status|\/cancel)?$/.exec(path) ?? [];
    if (app === undefined || id === undefined)
      return method === "POST" ? submit(path.slice(1), query, request) : notFound;
    const found = requests.all.get(id);
    // Vendor documentation, queue: the URLs of a request name its owner and app, and not the rest of the model's id.
    if (!found || appOf(found.model) !== app) return { status: 404, body: { detail: "Request not found" } };
    requests.move(found);
    if (method === "PUT" && end === "/cancel") return cancel(found);
    if (method !== "GET") return notFound;
    return end === "/status" ? status(id, found) : result(id, found);
  }

  /** Vendor documentation, queue: an input is looked at by the model and not here. */
  function submit(model: string, query: string, { body }: VendorRequestSeen): Reply {
    if (!isModel(model)) return { status: 404, body: { detail: `Application '${model}' not found` } };
    const webhook = new URLSearchParams(query).get("fal_webhook");
    const id = requests.add(model, JSON.parse(body.toString()), webhook);
    return { status: 200, body: { status: "IN_QUEUE", request_id: id, queue_position: 0, ...urlsOf(id, model) } };
  }

  function urlsOf(id: string, model: string) {
    const response_url = `${said.origin}/${appOf(model)}/requests/${id}`;
    return { response_url, status_url: `${response_url}/status`, cancel_url: `${response_url}/cancel` };
  }

  /** Vendor documentation, queue: 202 until it is completed, which it is as well when it has failed. */
  function status(id: string, { state, model, result: ended }: FalRequest): Reply {
    const common = { status: state, request_id: id, ...urlsOf(id, model) };
    if (state === "IN_QUEUE") return { status: 202, body: { ...common, queue_position: 2 } };
    if (state === "IN_PROGRESS") return { status: 202, body: { ...common, logs: [] } };
    const error = ended?.errorType ? { error: "It failed.", error_type: ended.errorType } : {};
    return { status: 200, body: { ...common, logs: [], metrics: { inference_time: 12.3 }, ...error } };
  }

  function result(id: string, request: FalRequest): Reply {
    if (request.state !== "COMPLETED") return { status: 400, body: { detail: "Request is still in progress" } };
    const problem = inputProblem(request.model, request.input);
    const headers = { "x-fal-request-id": id };
    if (problem) return { status: 422, headers: { ...headers, "x-fal-retryable": "false" }, body: problem };
    const { status: code = 200, headers: further = {}, body } = request.result ?? {};
    return { status: code, headers: { ...headers, ...further }, body: body ?? requests.outputOf(request) };
  }

  function cancel(request: FalRequest): Reply {
    if (request.state === "COMPLETED") return { status: 400, body: { status: "ALREADY_COMPLETED" } };
    request.state = "COMPLETED";
    request.result = { status: 400, body: { detail: "Request was cancelled" } };
    return { status: 202, body: { status: "CANCELLATION_REQUESTED" } };
  }

  return Object.assign(said, vendor, {
    key,
    asked: requests.all,
    set: requests.set,
    end: requests.end,
    finishAll: requests.finishAll,
    rotateKeys: signer.rotate,
    callOf(id: string, at = Date.now()) {
      const found = requests.all.get(id);
      if (!found?.webhook) throw new Error(`nobody is to be called for ${id}`);
      const { status: code, body } = result(id, found);
      const common = { request_id: id, gateway_request_id: id };
      const isFine = code === 200;
      const news = isFine
        ? { ...common, status: "OK", payload: body }
        : { ...common, status: "ERROR", error: `Invalid status code: ${code}`, payload: body };
      return signer.sign(found.webhook, id, JSON.stringify(news), at);
    },
  });
}

const notFound: Reply = { status: 404, body: { detail: "Path not found" } };

function kindOf(method: string, path: string): CallKind | null {
  if (path.includes("/requests/00000000-0000-")) return "health";
  if (method === "PUT") return "cancel";
  if (method === "POST") return "start";
  return /\/requests\/[^/]+\/status/.test(path) ? "check" : "other";
}
