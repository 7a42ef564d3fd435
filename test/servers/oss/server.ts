// An OSS of one bucket on 127.0.0.1, over the wire: what its documentation says of the operations that are known here, and nothing more.
//
// The bucket stands in the path or in the host's name. Every signature is checked; listings come in short pages; failures come on command.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Bucket, type OssObject } from "./bucket.ts";
import { answerSetting, type BucketSettings, isSetting } from "./bucket-settings.ts";
import { faultXml, OssFault } from "./fault.ts";
import { type Answer, type Call, type OperationName, objectOf, operationOf } from "./operations.ts";
import { readPost } from "./post-object.ts";
import { type Account, type SignedRequest, verifyRequest } from "./signature.ts";

export type Failure =
  /** This answer, before anything is done. */
  | { status: number; code: string; message?: string }
  /** The connection is cut before anything is done; when it is done, before the answer; in the middle of the answer's body. */
  | "cut"
  | "cut answer"
  | "cut body"
  /** Nothing is answered, and what was sent is read. */
  | "hang"
  /** The body of the answer stops in its middle, and the connection stays. */
  | "stall";

/** "Event format" of OSS triggers; all that is here depended on. */
export interface OssEvent {
  events: {
    eventName: string;
    oss: { bucket: { name: string }; object: { key: string; size: number; eTag: string } };
  }[];
}

export interface OssServer {
  /** `http://127.0.0.1:{port}` */
  url: string;
  bucket: string;
  region: string;
  accounts: Account[];
  settings: BucketSettings;
  content: Bucket;
  /** Names of the operations in the order in which they came, refused ones too. */
  operations: string[];
  /** Events of created objects, as function triggers get them. */
  events: OssEvent[];
  /** Hears of each of them from now on, until what it returns is called. */
  onCreated(listener: (event: OssEvent) => void): () => void;
  /** Fails the next such operation. */
  fail(operation: OperationName, failure: Failure): void;
  /** Resolves when the next such operation came in. */
  arrived(operation: OperationName): Promise<void>;
  /** Moves the server's clock away from the real one. */
  moveClock(byMs: number): void;
  /** Resolves when so many forms are done with, however they ended. */
  settledForms(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startOssServer({ pageSize = 2 } = {}): Promise<OssServer> {
  const [bucket, region] = ["test-bucket", "cn-hangzhou"];
  const content = new Bucket(await mkdtemp(join(tmpdir(), "oss-server-")));
  const listeners = new Set<(event: OssEvent) => void>();
  const failures: { operation: string; failure: Failure }[] = [];
  const [forms, arrivals] = [signalCount(), new Map<string, PromiseWithResolvers<void>>()];
  let skewMs = 0;
  const now = () => Date.now() + skewMs;

  const http = createServer((request, response) => {
    response.setHeader("date", new Date(now()).toUTCString());
    const requestId = randomUUID();
    response.setHeader("x-oss-request-id", requestId);
    serve(request, response).catch((error) => {
      if (response.headersSent || request.socket.destroyed) return void response.destroy();
      const fault = error instanceof OssFault ? error : new OssFault(500, "InternalError", String(error));
      const text = request.method === "HEAD" ? "" : faultXml(fault, requestId);
      request.resume();
      response.writeHead(fault.status, { "content-type": "application/xml" }).end(text);
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signed = signedRequest(request, bucket);
    const verifier = { accounts: server.accounts, region, now: now() };
    if (request.method === "POST" && signed.key === "" && signed.query.size === 0) {
      const finished = () => forms.count();
      return servePost(request, response, verifier).finally(finished);
    }
    const isSigned = verifyRequest(signed, verifier);
    if (isSetting(signed)) return send(response, await answerSetting(server.settings, signed, request));
    if (!server.settings.isThere) throw new OssFault(404, "NoSuchBucket");
    const operation = operationOf(signed);
    server.operations.push(operation.name);
    arrivals.get(operation.name)?.resolve();
    if (!isSigned) requirePublic(operation.name, signed.key);
    const failure = takeFailure(operation.name);
    if (failure === "cut") return void request.socket.destroy();
    if (failure === "hang") return void request.resume();
    if (typeof failure === "object") throw new OssFault(failure.status, failure.code, failure.message);
    const created = (name: string, object: OssObject) => announce(name, object);
    const call: Call = {
      ...signed,
      bucketContent: content,
      name: bucket,
      now: now(),
      pageSize,
      body: request,
      created,
    };
    const answer = await operation.serve(call);
    if (failure === "cut answer") return void request.socket.destroy();
    await send(response, answer, failure);
  }

  async function servePost(
    request: IncomingMessage,
    response: ServerResponse,
    verifier: Parameters<typeof verifyRequest>[1],
  ) {
    const { fields, bytes } = await readPost(request, { bucket: content, name: bucket, verifier });
    const key = fields.get("key") ?? "";
    // The ETag of an object from a form is not its MD5 ("ETag" of PostObject), but still of its content.
    const object = objectOf(key, bytes, Object.fromEntries(fields), randomUUID().toUpperCase(), now());
    const isForbidden = fields.get("x-oss-forbid-overwrite") === "true" && !content.defects.has("replaces by uploads");
    content.place(object, isForbidden);
    announce("PostObject", object);
    response.writeHead(Number(fields.get("success_action_status") ?? 204)).end();
  }

  /** GetObject without a signature: the object's own ACL decides, and the bucket's where it has none. */
  function requirePublic(operation: string, key: string): void {
    const acl = content.objects.get(key)?.acl ?? "default";
    const right = acl === "default" ? server.settings.acl : acl;
    if (operation !== "GetObject" || right !== "public-read") throw new OssFault(403, "AccessDenied");
  }

  function takeFailure(operation: string): Failure | undefined {
    const at = failures.findIndex((planned) => planned.operation === operation);
    return at < 0 ? undefined : failures.splice(at, 1)[0]?.failure;
  }

  function announce(operation: string, { key, size, etag: eTag, contentType: mimeType, modifiedAt }: OssObject): void {
    const event = {
      eventName: `ObjectCreated:${operation}`,
      eventSource: "acs:oss",
      eventTime: new Date(modifiedAt).toISOString(),
      eventVersion: "1.0",
      oss: {
        bucket: { arn: `acs:oss:${region}:1:${bucket}`, name: bucket, ownerIdentity: "1" },
        object: { deltaSize: size, eTag, key, objectMeta: { mimeType }, size },
        ossSchemaVersion: "1.0",
        ruleId: "rule",
      },
      region,
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { requestId: randomUUID() },
      userIdentity: { principalId: "1" },
    };
    const told = { events: [event] };
    server.events.push(told);
    for (const hear of listeners) hear(told);
  }

  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: OssServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    bucket,
    region,
    accounts: [],
    settings: {
      acl: "private",
      versioning: "",
      configurations: new Map(),
      isThere: true,
      isOthers: false,
      refuses: "",
    },
    content,
    operations: [],
    events: [],
    onCreated(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    fail: (operation, failure) => void failures.push({ operation, failure }),
    arrived(operation) {
      const arrival = Promise.withResolvers<void>();
      arrivals.set(operation, arrival);
      return arrival.promise;
    },
    moveClock(byMs) {
      skewMs += byMs;
    },
    settledForms: forms.reached,
    async close() {
      http.close();
      http.closeAllConnections();
      await rm(content.directory, { recursive: true, force: true });
    },
  };
  return server;
}

function signedRequest(request: IncomingMessage, bucket: string): SignedRequest {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://server");
  const segments = pathname.split("/").slice(1).map(decodeURIComponent);
  // In the path first, since the SDK names the bucket in Host in both cases when the endpoint is an address.
  if (segments[0] === bucket) segments.shift();
  else if (!request.headers.host?.startsWith(`${bucket}.`)) throw new OssFault(404, "NoSuchBucket");
  const { method = "" } = request;
  const headers = request.headers as Record<string, string | undefined>;
  return { method, bucket, key: segments.join("/"), query: new Map(searchParams), headers };
}

async function send(response: ServerResponse, answer: Answer, failure?: Failure): Promise<void> {
  const { status, headers = {}, body = "" } = answer;
  if (typeof body === "string") {
    const length = body === "" ? {} : { "content-type": "application/xml", "content-length": Buffer.byteLength(body) };
    return void response.writeHead(status, { ...length, ...headers }).end(body);
  }
  response.writeHead(status, { ...headers, "content-length": body.length });
  if (failure === undefined) return pipeline(body.chunks, response);
  let sent = 0;
  for await (const chunk of body.chunks) {
    sent += chunk.byteLength;
    if (sent > body.length / 2) return stopHere(response, chunk, failure);
    response.write(chunk);
  }
}

/** Most of a chunk, and then the end of the connection, or nothing more. */
function stopHere(response: ServerResponse, chunk: Uint8Array, failure: Failure): void {
  response.write(chunk.subarray(1), () => failure === "cut body" && response.destroy());
}

function signalCount() {
  let counted = 0;
  const waiting = new Set<() => void>();
  return {
    count() {
      counted += 1;
      for (const look of waiting) look();
    },
    reached: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (counted < count || !waiting.delete(look)) return;
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
