// A store that speaks S3's language on 127.0.0.1: every request is signed or refused, files lie in a folder, and it fails on command.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3PresetName } from "../../../shared/stores/s3/presets.ts";
import type { StoreDefect } from "../store-defects.ts";
import { createBucket, newPath, place, type S3Bucket, type S3Object } from "./bucket.ts";
import { bucketOperations } from "./bucket-operations.ts";
import { takeForm } from "./form.ts";
import { refuseUnknown } from "./known.ts";
import { useLocalhostNames } from "./localhost-names.ts";
import { objectOperations } from "./object-operations.ts";
import { isPublic } from "./policy.ts";
import { Refusal } from "./refusal.ts";
import { type Key, type Verifier, verifyRequest } from "./signature.ts";
import { uploadOperations } from "./upload-operations.ts";
import { type S3Abilities, vendors } from "./vendors.ts";
import { objectOf, type S3Call, type S3Land, send } from "./wire.ts";

const operations = { ...objectOperations, ...uploadOperations, ...bucketOperations };

export interface S3ServerOptions {
  vendor: S3PresetName;
  /** Other ones than the vendor's. */
  abilities?: Partial<S3Abilities>;
  region?: string;
  /** Smaller than S3's 5 MiB, so that uploads in parts can be tested with little. */
  minPartBytes?: number;
  /** By hand; default: this machine's. */
  now?: () => number;
  /** Hears of each object that was made, in the shape in which S3 tells Lambda. */
  onEvent?: (event: S3Event) => void;
  /** Keys of a page; default: every other page is a short one. */
  pageSize?: number;
  /** Makes no bucket. */
  isEmpty?: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html: "the object key name is URL encoded", + for a space. */
export interface S3Event {
  Records: {
    eventVersion: string;
    eventSource: "aws:s3";
    awsRegion: string;
    eventTime: string;
    eventName: string;
    s3: { bucket: { name: string }; object: { key: string; size: number; eTag: string; sequencer: string } };
  }[];
}

export interface S3Created {
  kind: "Put" | "Post" | "Copy" | "CompleteMultipartUpload";
  bucket: string;
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface S3Fault {
  /** Such as `UploadPart`. */
  operation: string;
  /** So many of these requests pass first. Default 0. */
  after?: number;
  /** How many fail. Default 1. */
  times?: number;
  /**
   * `cut`: the connection is cut before anything is done. `lost`: it is done, and the connection is cut before the answer. `half`: half of an
   * object is sent, and the connection cut; `stuck`: half of it, and no more. `silent`: nothing comes. Otherwise an answer.
   */
  does:
    | "cut"
    | "lost"
    | "half"
    | "stuck"
    | "silent"
    | { status: number; code: string; message?: string; headers?: Record<string, string> };
}

export interface S3Server {
  /** Without the bucket. */
  endpoint: string;
  region: string;
  bucketName: string;
  /** What lies in the bucket. */
  bucket(name?: string): S3Bucket;
  /** What it does wrong; may be changed at any time. */
  defects: Set<StoreDefect>;
  /** Keys that DeleteObjects leaves, each with the code that it answers; may be changed at any time. */
  left: Map<string, string>;
  /** From now on there is none. */
  dropBucket(): void;
  /** Who may sign; may be changed at any time. */
  keys: Key[];
  /** The operations so far, in order, with their status; 0 while they are not answered. */
  requests: { operation: string; key: string; status: number; accessKeyId: string }[];
  /** Resolves when so many requests for this operation have come. */
  requested(operation: string, count: number): Promise<void>;
  fail(fault: S3Fault): void;
  /** Hears of each object that is made from now on, until what it returns is called. */
  onCreated(listener: (created: S3Created) => void): () => void;
  /** Resolves when so many signed uploads were done with. */
  settled(count: number): Promise<void>;
  /** That are open. */
  connections(): number;
  /** Resolves when fewer are open. */
  connectionsBelow(count: number): Promise<void>;
  /** From now on nobody listens. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

const bucketName = "dream-factory-test";
export const testKey: Key = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "the secret of these tests" };

export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { vendor, region = "eu-central-1", minPartBytes = 5 * 1024 * 1024, now = Date.now } = options;
  const abilities: S3Abilities = { ...vendors[vendor], ...options.abilities };
  const defects = new Set<StoreDefect>();
  const left = new Map<string, string>();
  const directory = await mkdtemp(join(tmpdir(), "s3-server-"));
  const buckets = new Map(options.isEmpty ? [] : [[bucketName, createBucket(bucketName)]]);
  const keys: Key[] = [testKey];
  const verifier: Verifier = { keys: () => keys, region, now };
  const requests: S3Server["requests"] = [];
  const faults: Required<S3Fault>[] = [];
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();
  const listeners = new Set<(created: S3Created) => void>();
  let [pages, settled] = [0, 0];

  const land: S3Land = {
    ...{ directory, abilities, buckets, minPartBytes, now, defects, left },
    // "The response might contain fewer keys but will never contain more": every other page is a short one.
    pageSize: () => options.pageSize ?? (pages++ % 2 === 0 ? 2 : 1000),
    created(kind, bucket, object) {
      options.onEvent?.(eventOf(kind, bucket, object));
      const { key, size, etag } = object;
      for (const hear of listeners) hear({ kind, bucket: bucket.name, key, size, etag, at: now() });
    },
  };

  function eventOf(kind: string, { name }: S3Bucket, { key, size, etag }: S3Object): S3Event {
    const encoded = encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
    const eventTime = new Date(now()).toISOString();
    const object = { key: encoded, size, eTag: etag, sequencer: requests.length.toString(16).padStart(16, "0") };
    const record = { eventVersion: "2.1", eventSource: "aws:s3" as const, awsRegion: region, eventTime };
    return { Records: [{ ...record, eventName: `ObjectCreated:${kind}`, s3: { bucket: { name }, object } }] };
  }

  function faultFor(operation: string): S3Fault["does"] | null {
    const fault = faults.find((each) => each.operation === operation && each.times > 0);
    if (!fault) return null;
    if (fault.after-- > 0) return null;
    fault.times--;
    return fault.does;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("date", new Date(now()).toUTCString());
    const target = targetOf(request, abilities);
    const operation = operationOf(request, target.key, target.query);
    const log = { operation, key: target.key, status: 0, accessKeyId: accessKeyOf(request, target.query) };
    requests.push(log);
    response.once("finish", () => {
      log.status = response.statusCode;
    });
    const isUpload = operation === "PostObject" || (operation === "PutObject" && target.query.has("X-Amz-Signature"));
    try {
      await act(operation, request, response, target);
    } finally {
      if (isUpload) settled++;
      look();
    }
  }

  async function act(
    operation: string,
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
  ): Promise<void> {
    look();
    const fault = faultFor(operation);
    if (fault === "silent") return;
    if (fault === "cut") return void request.socket.destroy();
    if (fault && typeof fault === "object") {
      request.resume();
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      throw new Refusal(fault.status, fault.code, fault.message);
    }
    const known = buckets.get(target.bucketName);
    if (!known && operation !== "CreateBucket")
      throw new Refusal(404, "NoSuchBucket", "The specified bucket does not exist");
    const bucket = known ?? createBucket(target.bucketName);
    refuseUnknown(operation, target.query, request.headers, abilities);
    if (operation === "PostObject") return post(request, response, bucket);
    const payload =
      isAnonymous(request, target) && isPublic(bucket, operation, target.key)
        ? "UNSIGNED-PAYLOAD"
        : verifyRequest(
            { method: request.method ?? "", path: target.path, query: target.query, headers: request.headers },
            verifier,
          );
    // What is done is done; only the answer does not come.
    const answer = fault === "lost" ? lostAnswer(request) : response;
    const call: S3Call = {
      operation,
      request,
      response: answer,
      bucket,
      key: target.key,
      query: target.query,
      payload,
      half: fault === "half" || fault === "stuck" ? fault : null,
    };
    await operations[operation]?.(land, call);
  }

  async function post(request: IncomingMessage, response: ServerResponse, bucket: S3Bucket): Promise<void> {
    if (!abilities.forms) throw new Refusal(501, "NotImplemented", "forms are not implemented");
    const path = newPath(directory);
    const file = await takeForm(request, request.headers["content-type"], {
      ...{ bucket: bucket.name, path, verifier },
      takesAnySize: defects.has("takes any size"),
    });
    const headers = { "content-type": file.contentType, "cache-control": file.cacheControl };
    const object = objectOf(land, file.key, headers, { path, size: file.saved.size, etag: file.saved.md5 });
    place(bucket, object, false);
    send({ response }, 204, { etag: `"${object.etag}"` });
    land.created("Post", bucket, object);
  }

  function look(): void {
    for (const each of watchers) each();
  }

  function until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!isSo()) return;
        watchers.delete(check);
        resolve();
      };
      watchers.add(check);
      check();
    });
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => answerError(request, response, error));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      sockets.delete(socket);
      look();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const restoreNames = useLocalhostNames();

  async function stop(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  }

  return {
    endpoint: abilities.addressing[0] === "virtual" ? `http://localhost:${port}` : `http://127.0.0.1:${port}`,
    ...{ region, bucketName, keys, requests },
    bucket(name = bucketName) {
      const bucket = buckets.get(name);
      if (!bucket) throw new Error(`there is no bucket ${name}`);
      return bucket;
    },
    ...{ defects, left },
    dropBucket: () => buckets.clear(),
    requested: (operation, count) =>
      until(() => requests.filter((request) => request.operation === operation).length >= count),
    fail: (fault) => void faults.push({ after: 0, times: 1, ...fault }),
    onCreated(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    connections: () => sockets.size,
    connectionsBelow: (count) => until(() => sockets.size < count),
    settled: (count) => until(() => settled >= count),
    stop,
    async close() {
      await stop();
      restoreNames();
      await rm(directory, { recursive: true });
    },
  };
}

interface Target {
  bucketName: string;
  key: string;
  /** As it was signed. */
  path: string;
  query: URLSearchParams;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html. */
function targetOf(request: IncomingMessage, { addressing }: S3Abilities): Target {
  const [path = "/", query = ""] = (request.url ?? "/").split("?");
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const isVirtual = host.endsWith(".localhost");
  if (!addressing.includes(isVirtual ? "virtual" : "path"))
    throw new Refusal(400, "InvalidRequest", "the bucket cannot be named like this");
  const [, first = "", rest = ""] = /^\/([^/]*)\/?(.*)$/.exec(path) ?? [];
  const [name, key] = isVirtual ? [host.slice(0, -".localhost".length), path.slice(1)] : [first, rest];
  return {
    bucketName: name,
    key: decodeURIComponent(key),
    path,
    query: new URLSearchParams(query.replaceAll("+", "%2B")),
  };
}

function operationOf({ method = "", headers }: IncomingMessage, key: string, query: URLSearchParams): string {
  if (key === "") return bucketOperation(method, query);
  if (query.has("uploadId")) {
    if (method === "PUT") return headers["x-amz-copy-source"] ? "UploadPartCopy" : "UploadPart";
    return { POST: "CompleteMultipartUpload", DELETE: "AbortMultipartUpload", GET: "ListParts" }[method] ?? method;
  }
  if (method === "POST" && query.has("uploads")) return "CreateMultipartUpload";
  if (method === "PUT" && headers["x-amz-copy-source"]) return "CopyObject";
  return { PUT: "PutObject", GET: "GetObject", HEAD: "HeadObject", DELETE: "DeleteObject" }[method] ?? method;
}

function bucketOperation(method: string, query: URLSearchParams): string {
  const names: Record<string, string> = {
    "GET list-type": "ListObjectsV2",
    "GET uploads": "ListMultipartUploads",
    "POST delete": "DeleteObjects",
    "PUT lifecycle": "PutBucketLifecycleConfiguration",
    "GET lifecycle": "GetBucketLifecycleConfiguration",
    "PUT cors": "PutBucketCors",
    "GET cors": "GetBucketCors",
    "PUT policy": "PutBucketPolicy",
    "GET policy": "GetBucketPolicy",
    "PUT publicAccessBlock": "PutPublicAccessBlock",
  };
  const found = [...query.keys()].map((name) => names[`${method} ${name}`]).find((name) => name !== undefined);
  return found ?? { POST: "PostObject", PUT: "CreateBucket", HEAD: "HeadBucket" }[method] ?? method;
}

function isAnonymous({ headers }: IncomingMessage, { query }: Target): boolean {
  return headers.authorization === undefined && !query.has("X-Amz-Signature");
}

function accessKeyOf({ headers }: IncomingMessage, query: URLSearchParams): string {
  const credential = query.get("X-Amz-Credential") ?? /Credential=([^,]*)/.exec(headers.authorization ?? "")?.[1] ?? "";
  return credential.split("/")[0] ?? "";
}

/** Takes an answer, and cuts the connection instead of sending it. */
function lostAnswer({ socket }: IncomingMessage): ServerResponse {
  const lost = { writeHead: () => lost, end: () => void socket.destroy() };
  return lost as unknown as ServerResponse;
}

/** A request that was refused before its body was read is read to its end, so that the answer arrives. */
function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : refusalOf(error);
  if (response.headersSent || request.socket.destroyed) return void response.destroy();
  request.resume();
  const headers = { "content-type": "application/xml", connection: "close" };
  response.writeHead(refusal.status, headers).end(request.method === "HEAD" ? undefined : refusal.xml);
}

function refusalOf(error: unknown): Refusal {
  const isBroken = error instanceof Error && /aborted|breaks off|cannot be read/.test(error.message);
  return isBroken
    ? new Refusal(400, "MalformedPOSTRequest", "the body is not well-formed")
    : new Refusal(500, "InternalError", String(error));
}
