// An account of Alibaba Cloud on 127.0.0.1, as far as a deployment asks it: STS, RAM, Tablestore's instances, Function Compute's layers, queues, logs. One
// address for all of them. Checks each protocol's own signature, refuses what exists already, fails on command. Typed from the vendor's references.
import type { IncomingMessage } from "node:http";
import { reasonAgainst } from "../moderation/acs3.ts";
import { type Origin, startOrigin } from "../origin.ts";
import { logs } from "./logs.ts";
import { openApi } from "./open-api.ts";
import { queues } from "./queues.ts";

export interface Fault {
  /** `CreateRole`, `PUT /queues/x`. */
  call: string;
  status: number;
  code: string;
  message: string;
}

export interface AliyunAccountServer extends Origin {
  id: string;
  key: { accessKeyId: string; accessKeySecret: string; securityToken: string };
  roles: Map<string, { trust: string; attached: Set<string> }>;
  policies: Map<string, string[]>;
  instances: Map<string, { status: string; access: string[] }>;
  functions: Set<string>;
  layers: { description: string; bytes: Buffer }[];
  queues: Map<string, string>;
  projects: Set<string>;
  /** `project/store`. */
  logstores: Set<string>;
  indexes: Map<string, object>;
  faults: Fault[];
  /** Each call whose signature was good. */
  calls: string[];
}

export interface Asked {
  server: AliyunAccountServer;
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string;
}

export interface Answer {
  status: number;
  body: object | string;
}

export async function startAliyunAccount(): Promise<AliyunAccountServer> {
  const origin = await startOrigin(
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { status, body } = answer(server, request, Buffer.concat(chunks).toString());
      const isText = typeof body === "string";
      response.writeHead(status, { "content-type": isText ? "text/xml" : "application/json" });
      response.end(isText ? body : JSON.stringify(body));
    },
    { host: "127.0.0.1" },
  );
  const server: AliyunAccountServer = {
    ...origin,
    id: "1234567890123456",
    key: { accessKeyId: "LTAITEST", accessKeySecret: "secret/1+", securityToken: "token==" },
    ...{ roles: new Map(), policies: new Map(), instances: new Map(), functions: new Set(), layers: [] },
    ...{ queues: new Map(), projects: new Set(), logstores: new Set(), indexes: new Map(), faults: [], calls: [] },
  };
  return server;
}

export function environmentOf({ key }: AliyunAccountServer): Record<string, string> {
  return {
    ...{ ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret },
    ALIBABA_CLOUD_SECURITY_TOKEN: key.securityToken,
  };
}

function answer(server: AliyunAccountServer, request: IncomingMessage, body: string): Answer {
  const { method = "", url = "/" } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const asked = { server, method, headers, body, url: new URL(url, server.url) };
  const [service, call, reason] = headers["x-mns-version"]
    ? ([queues, `${method} ${url}`, queues.reasonAgainst(asked)] as const)
    : headers["x-log-apiversion"]
      ? ([logs, `${method} ${headers.host?.split(".")[0]} ${url}`, logs.reasonAgainst(asked)] as const)
      : ([
          openApi,
          String(headers["x-acs-action"]),
          reasonAgainst({ method, path: url, headers, body } as never, server.key),
        ] as const);
  if (reason !== null) return openApi.failure({ status: 403, code: reason, message: "The signature does not match." });
  server.calls.push(call.replace(/:\d+/, ""));
  const at = server.faults.findIndex((fault) => call.startsWith(fault.call));
  const [met] = at === -1 ? [] : server.faults.splice(at, 1);
  return met ? service.failure(met) : service.answer(asked);
}
