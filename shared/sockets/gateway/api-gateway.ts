// Amazon API Gateway's connections over their management API, signed by aws4fetch: Lambda answers events, and says by this what others are to hear.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { AwsV4Signer } from "aws4fetch";
import type { Config } from "../../config/config.ts";
import { AppError } from "../../errors/app-error.ts";
import type { SocketGateway } from "../../ports/socket-gateway.ts";

export interface ApiGatewayOptions {
  /** As connections have it, with the stage: `wss://{api}.execute-api.{region}.amazonaws.com/{stage}`. */
  socketUrl: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** How long one request may take. */
  timeoutMs?: number;
}

/** Null where nobody has said that there is one. Throws nothing: whoever has no keys is refused by its table already. */
export function gatewayOf({ socketUrl, table }: Config): SocketGateway | null {
  if (socketUrl === null || table.provider !== "dynamodb") return null;
  const { region, accessKeyId, accessKeySecret, securityToken } = table;
  if (accessKeyId === null || accessKeySecret === null) return null;
  const key = { accessKeyId, secretAccessKey: accessKeySecret, sessionToken: securityToken ?? undefined };
  return createApiGateway({ socketUrl, region, ...key });
}

export function createApiGateway({ socketUrl, region, timeoutMs = 2000, ...key }: ApiGatewayOptions): SocketGateway {
  const base = `${socketUrl.replace(/^ws/i, "http")}/@connections/`;
  const isTls = base.startsWith("https:");
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const { accessKeyId, secretAccessKey, sessionToken } = key;

  /** The status of the answer. */
  async function call(method: "POST" | "DELETE", connectionId: string, body?: string): Promise<number> {
    // Ids end with an equals sign.
    const url = `${base}${encodeURIComponent(connectionId)}`;
    const signer = new AwsV4Signer({
      ...{ method, url, region, service: "execute-api", accessKeyId, secretAccessKey },
      ...(sessionToken && { sessionToken }),
      ...(body !== undefined && { body }),
    });
    const headers = Object.fromEntries((await signer.sign()).headers);
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const send = isTls ? requestHttps : requestHttp;
      const outgoing = send(url, { method, agent, headers: { ...headers, ...length }, signal });
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => {
        incoming.resume().once("error", reject);
        incoming.once("end", () => resolve(incoming.statusCode ?? 0));
      });
      outgoing.end(body);
    });
  }

  return {
    async post(connectionId, text) {
      const status = await call("POST", connectionId, text);
      // "GoneException (410)".
      if (status === 410) return "gone";
      if (status !== 200) throw refused(status);
      return "sent";
    },
    async close(connectionId) {
      const status = await call("DELETE", connectionId);
      if (status !== 204 && status !== 200 && status !== 410) throw refused(status);
    },
  };
}

function refused(status: number): AppError {
  return new AppError("unavailable", { cause: new Error(`API Gateway answered ${status} for a connection.`) });
}
