// DynamoDB on 127.0.0.1: dynalite behind a front that checks signatures, adds what dynalite lacks, and fails on command.
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import dynalite from "dynalite";
import { signingKeyOf } from "./signing-key.ts";

/**
 * What happens to a request instead of its answer: an error (nothing is done, or with `isApplied` all); a connection that breaks before,
 * after or within the answer; an answer that stops halfway (`stalled`); or no answer at all.
 */
export type DynamodbFault =
  | { status: number; type: string; isApplied?: boolean }
  | "cutBefore"
  | "cutAfter"
  | "cutWithin"
  | "stalled"
  | "silent";

export interface DynamodbKey {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

export interface DynamodbServer {
  endpoint: string;
  region: string;
  /** May be changed while it runs, as keys rotate. */
  keys: DynamodbKey[];
  /** The operation of each request that came, in order. */
  operations: string[];
  usedKeys: string[];
  /** Each request's body. */
  bodies: Record<string, unknown>[];
  connections(): number;
  /** The next request of that operation meets the first fault, the one after it the second, and so on. Null: nothing happens to it. */
  fail(operation: string, ...faults: (DynamodbFault | null)[]): void;
  /** Operations that it does not know, as DynamoDB Local knows none of backups. */
  unknown: Set<string>;
  /** Runs right behind the next request of that operation that is carried out, before its answer or fault. */
  after(operation: string, act: () => Promise<void>): void;
  /** A table without an index, made by somebody else; its keys are texts. */
  addTable(name: string, keys: [string, string]): Promise<void>;
  /** Whether a failed condition tells the item that was there, as DynamoDB does when it is asked to. */
  tellsOldItems: boolean;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: Buffer;
}

interface IndexUpdate {
  TableName: string;
  AttributeDefinitions: object[];
  GlobalSecondaryIndexUpdates: { Create: object }[];
}

export async function startDynamodb(): Promise<DynamodbServer> {
  const behind = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const settings = createSettings();
  const faults = new Map<string, (DynamodbFault | null)[]>();
  const acts = new Map<string, () => Promise<void>>();
  const agent = new Agent({ keepAlive: true });
  let accepted = 0;
  const port = await listen(behind);

  const front = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  front.on("connection", () => {
    accepted += 1;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    server.operations.push(operation);
    server.bodies.push(JSON.parse(body.toString()));
    if (server.unknown.has(operation)) return respond(response, failure(400, "UnknownOperationException"), null);
    const refused = checkSignature(request.headers, body, server);
    if (refused !== null) return respond(response, failure(400, refused), null);
    server.usedKeys.push(keyIdOf(request.headers));
    const fault = faults.get(operation)?.shift() ?? null;
    if (fault === "cutBefore") return void request.socket.destroy();
    if (isError(fault) && !fault.isApplied) return respond(response, failure(fault.status, fault.type), null);
    const answered = await carryOut(operation, request.headers, body);
    const act = acts.get(operation);
    acts.delete(operation);
    await act?.();
    respond(response, answered, fault);
  }

  async function carryOut(operation: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const input = JSON.parse(body.toString());
    const known = settings.answer(operation, input);
    if (known) return known;
    if (operation === "UpdateTable") return addIndex(input);
    const answered = await forward(headers, body);
    const isTold = server.tellsOldItems && input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
    if (!isTold || !answered.body.includes("ConditionalCheckFailedException"))
      return settings.complete(answered, input);
    const { partition, sort } = input.Item;
    const read = { TableName: input.TableName, Key: { partition, sort }, ConsistentRead: true };
    const found = await forward({ ...headers, "x-amz-target": "DynamoDB_20120810.GetItem" }, json(read));
    return { ...answered, body: json({ ...parse(answered.body), ...parse(found.body) }) };
  }

  /** dynalite cannot add an index: the table, which has to be empty, is made anew with it. */
  async function addIndex({
    TableName,
    AttributeDefinitions,
    GlobalSecondaryIndexUpdates: updates,
  }: IndexUpdate): Promise<Answer> {
    const call = (operation: string, input: object) => forward(unsigned(operation), json(input));
    const table = parse((await call("DescribeTable", { TableName })).body).Table as { KeySchema: object };
    await call("DeleteTable", { TableName });
    while ((await call("DescribeTable", { TableName })).status === 200);
    const GlobalSecondaryIndexes = updates.map(({ Create }) => Create);
    const { KeySchema } = table;
    return call("CreateTable", {
      TableName,
      AttributeDefinitions,
      KeySchema,
      GlobalSecondaryIndexes,
      BillingMode: "PAY_PER_REQUEST",
    });
  }

  /** dynalite only looks whether there is a signature. */
  async function forward(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const request = send({ port, agent, method: "POST", headers: { ...headers, "content-length": body.length } });
    request.end(body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await buffer(response) };
  }

  const server: DynamodbServer = {
    endpoint: `http://127.0.0.1:${await listen(front)}`,
    region: "eu-central-1",
    keys: [{ accessKeyId: "key-1", accessKeySecret: "secret-1" }],
    operations: [],
    usedKeys: [],
    bodies: [],
    connections: () => accepted,
    fail: (operation, ...more) => faults.set(operation, [...(faults.get(operation) ?? []), ...more]),
    unknown: new Set(),
    after: (operation, act) => acts.set(operation, act),
    async addTable(TableName, [hash, range]) {
      const AttributeDefinitions = [hash, range].map((AttributeName) => ({ AttributeName, AttributeType: "S" }));
      const KeySchema = [
        { AttributeName: hash, KeyType: "HASH" },
        { AttributeName: range, KeyType: "RANGE" },
      ];
      const table = { TableName, AttributeDefinitions, KeySchema, BillingMode: "PAY_PER_REQUEST" };
      const { status, body } = await forward(unsigned("CreateTable"), json(table));
      if (status !== 200) throw new Error(body.toString());
    },
    tellsOldItems: true,
    async close() {
      agent.destroy();
      for (const each of [front, behind]) {
        const closed = once(each, "close");
        each.close();
        each.closeAllConnections();
        await closed;
      }
    },
  };
  return server;
}

/** UpdateTimeToLive, DescribeTimeToLive, *ContinuousBackups and DeletionProtectionEnabled, which dynalite does not know. */
function createSettings() {
  let ttl = { TimeToLiveStatus: "DISABLED" } as Record<string, unknown>;
  let recovery = "DISABLED";
  const protectedTables = new Set<string>();
  const backups = () => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: recovery },
    },
  });
  return {
    answer(operation: string, input: Record<string, never>): Answer | null {
      if (operation.endsWith("Table") && input.DeletionProtectionEnabled) protectedTables.add(input.TableName ?? "");
      const isProtection = operation === "UpdateTable" && !input.GlobalSecondaryIndexUpdates;
      if (isProtection) return ok({ TableDescription: {} });
      if (operation === "DescribeTimeToLive") return ok({ TimeToLiveDescription: ttl });
      if (operation === "DescribeContinuousBackups") return ok(backups());
      if (operation === "UpdateTimeToLive") {
        const { AttributeName } = input.TimeToLiveSpecification ?? { AttributeName: null };
        ttl = { TimeToLiveStatus: "ENABLED", AttributeName };
        return ok({ TimeToLiveSpecification: input.TimeToLiveSpecification });
      }
      if (operation !== "UpdateContinuousBackups") return null;
      recovery = "ENABLED";
      return ok(backups());
    },

    /** Adds to a table's description what dynalite forgets. */
    complete(answered: Answer, input: { TableName: string }): Answer {
      const body = parse(answered.body);
      if (!body.Table) return answered;
      const Table = { ...body.Table, DeletionProtectionEnabled: protectedTables.has(input.TableName) };
      return { ...answered, body: json({ ...body, Table }) };
    },
  };
}

/** Signature Version 4. Null: signed as it should be; else the error's type. */
function checkSignature(headers: IncomingHttpHeaders, body: Buffer, { keys, region }: DynamodbServer): string | null {
  const [, credential = "", signedHeaders = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=(.+), SignedHeaders=(.+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const [keyId = "", ...scope] = credential.split("/");
  const key = keys.find(({ accessKeyId }) => accessKeyId === keyId);
  if (!key || (headers["x-amz-security-token"] ?? "") !== (key.securityToken ?? ""))
    return "UnrecognizedClientException";
  const date = String(headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  const isToday = scope.join("/") === `${date.slice(0, 8)}/${region}/dynamodb/aws4_request`;
  if (!isToday || !(Math.abs(at - Date.now()) < 300_000)) return "InvalidSignatureException";
  const names = signedHeaders.split(";");
  const mustBeSigned = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (!mustBeSigned.every((name) => names.includes(name))) return "InvalidSignatureException";
  const lines = names.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const canonical = `POST\n/\n\n${lines}\n${signedHeaders}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope.join("/")}\n${sha256(canonical)}`;
  return hmac(signingKeyOf(key.accessKeySecret, scope), text).toString("hex") === signature
    ? null
    : "InvalidSignatureException";
}

/** As far as dynalite looks. */
function unsigned(operation: string): IncomingHttpHeaders {
  const authorization = "AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
  const target = `DynamoDB_20120810.${operation}`;
  return { authorization, "x-amz-target": target, "x-amz-date": "now", "content-type": "application/x-amz-json-1.0" };
}

function keyIdOf(headers: IncomingHttpHeaders): string {
  return /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function respond(response: ServerResponse, { status, body }: Answer, fault: DynamodbFault | null): void {
  if (fault === "cutAfter") response.destroy();
  else if (isError(fault)) respond(response, failure(fault.status, fault.type), null);
  else if (fault !== "silent") {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0", "content-length": body.length });
    if (fault === null) response.end(body);
    else response.write(body.subarray(0, body.length / 2), () => fault === "cutWithin" && response.destroy());
  }
}

function isError(fault: DynamodbFault | null): fault is Exclude<DynamodbFault, string> {
  return fault !== null && typeof fault === "object";
}

/** "com.amazonaws.dynamodb.v20120810#…" stands before the type. */
function failure(status: number, type: string): Answer {
  return { status, body: json({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "Sorry." }) };
}

function ok(body: object): Answer {
  return { status: 200, body: json(body) };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function parse(body: Buffer): Record<string, object> {
  return JSON.parse(body.toString());
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
