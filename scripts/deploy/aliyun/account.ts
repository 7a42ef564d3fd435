// Alibaba Cloud's APIs as far as a deployment needs them. OpenAPI is signed by ACS3-HMAC-SHA256; queues and logs have protocols of their own, in files of
// their own. https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
import { createHash, createHmac, randomUUID } from "node:crypto";
import type { Environment } from "../../../shared/config/config.ts";

export interface AliyunKey {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string | null;
}

export interface AliyunAccount {
  region: string;
  id: string;
  key: AliyunKey;
  /** Where a product answers: `https://ram.aliyuncs.com`, or all of them at one address. */
  at(host: string): URL;
  /** An operation whose parameters stand in the query. Throws AliyunRefusal for all but 2xx. */
  rpc(host: string, version: string, action: string, query?: Readonly<Record<string, string>>): Promise<Json>;
  /** One with a path of its own. */
  roa(host: string, version: string, action: string, call: RoaCall): Promise<Json>;
}

export interface RoaCall {
  method: "GET" | "POST";
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: object;
}

export type Json = Readonly<Record<string, unknown>>;

export class AliyunRefusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(what: string, status: number, code: string, words: string) {
    super(`${what} was answered with ${code}: ${words.replace(/\.?\s*$/, "")}.`);
    this.status = status;
    this.code = code;
  }
}

/** `endpoint`: one address for all, for tests and private networks. Throws an Error of one sentence without a key, or when nobody answers. */
export async function openAliyunAccount(
  region: string,
  environment: Environment,
  endpoint: string | undefined,
): Promise<AliyunAccount> {
  const key = keyIn(environment);
  const at = (host: string) => new URL(endpoint ?? `https://${host}`);
  const account: AliyunAccount = {
    ...{ region, id: "", key, at },
    rpc: (host, version, action, query = {}) =>
      ask(key, at(host), version, action, { method: "POST", path: "/", query }),
    roa: (host, version, action, call) => ask(key, at(host), version, action, call),
  };
  const { AccountId } = await account.rpc(`sts.${region}.aliyuncs.com`, "2015-04-01", "GetCallerIdentity");
  if (typeof AccountId !== "string") throw new Error("STS did not say whose key it is.");
  const { ALIBABA_CLOUD_ACCOUNT_ID: meant } = environment;
  if (meant && meant !== AccountId)
    throw new Error(`The key is of the account ${AccountId}, and ALIBABA_CLOUD_ACCOUNT_ID says ${meant}.`);
  return Object.assign(account, { id: AccountId });
}

function keyIn(environment: Environment): AliyunKey {
  const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret } = environment;
  if (!accessKeyId || !accessKeySecret)
    throw new Error("There is no key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.");
  return { accessKeyId, accessKeySecret, securityToken: environment.ALIBABA_CLOUD_SECURITY_TOKEN || null };
}

async function ask(key: AliyunKey, at: URL, version: string, action: string, call: RoaCall): Promise<Json> {
  const { method, path, query = {}, body } = call;
  const text = body === undefined ? "" : JSON.stringify(body);
  const search = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const headers = signed(key, { host: at.host, method, path, search, text, version, action });
  return answerOf(action, new URL(search === "" ? path : `${path}?${search}`, at), { method, headers, text });
}

interface Signing {
  host: string;
  method: string;
  path: string;
  search: string;
  text: string;
  version: string;
  action: string;
}

function signed(
  key: AliyunKey,
  { host, method, path, search, text, version, action }: Signing,
): Record<string, string> {
  const hash = sha256(text);
  const headers: Record<string, string> = {
    ...(text !== "" && { "content-type": "application/json" }),
    host,
    "x-acs-action": action,
    "x-acs-content-sha256": hash,
    "x-acs-date": `${new Date().toISOString().slice(0, 19)}Z`,
    ...(key.securityToken !== null && { "x-acs-security-token": key.securityToken }),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-version": version,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const request = [method, path, search, lines, names.join(";"), hash].join("\n");
  const signature = createHmac("sha256", key.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(request)}`)
    .digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=${key.accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  // fetch says the host itself.
  const { host: _, ...sent } = headers;
  return { ...sent, accept: "application/json", authorization };
}

export interface Sent {
  method: string;
  headers: Record<string, string>;
  text: string;
}

const ATTEMPTS = 4;

/** Tries again what may be tried again: each call here may be repeated. Throws AliyunRefusal for what is refused. */
export async function answerOf(what: string, url: URL, { method, headers, text }: Sent): Promise<Json> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      ...{ method, headers, signal: AbortSignal.timeout(60_000) },
      ...(text !== "" && { body: text }),
    }).catch((cause: unknown) => {
      const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
      throw new Error(`${what} could not be asked at ${url.origin}: ${inner}.`, { cause });
    });
    const said = await response.text();
    if (response.ok) return jsonOf(said);
    const isAgain = attempt < ATTEMPTS && (response.status === 429 || response.status >= 500);
    if (!isAgain) throw refusal(what, response.status, said);
    await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
  }
}

/** OpenAPI and logs answer JSON, queues XML. */
function refusal(what: string, status: number, said: string): AliyunRefusal {
  const { Code, Message, errorCode, errorMessage, code, message } = jsonOf(said);
  const [, ofXml, wordsOfXml] = /<Code>([^<]+)<\/Code>\s*<Message>([^<]*)</.exec(said) ?? [];
  const kind = Code ?? errorCode ?? code ?? ofXml ?? status;
  return new AliyunRefusal(
    what,
    status,
    String(kind),
    String(Message ?? errorMessage ?? message ?? wordsOfXml ?? said),
  );
}

function jsonOf(text: string): Json {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Json) : {};
  } catch {
    return {};
  }
}

function encode(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, hex);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
