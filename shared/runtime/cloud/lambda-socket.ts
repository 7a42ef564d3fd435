// The Lambda function of a WebSocket API: its events in, and what begins a connection out. Everything else is said over the management API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
import type { Config } from "../../config/config.ts";
import { AppError } from "../../errors/app-error.ts";
import { failure } from "../../http/envelope.ts";
import type { SocketGateway } from "../../ports/socket-gateway.ts";
import { allowConnection, forget, hear, type Told } from "../../sockets/gateway/events.ts";
import { realIds } from "../real.ts";
import { requestRuntime } from "../runtime.ts";
import type { LambdaContext } from "./lambda.ts";
import { inPatience, type Prepared } from "./prepare.ts";

export interface LambdaSocketOptions {
  prepared: Prepared;
  gatewayOf(config: Config): SocketGateway | null;
}

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A call ends so long before it would be cut off. */
const FAREWELL_MS = 1000;

export function lambdaSocket({ prepared, gatewayOf }: LambdaSocketOptions) {
  const { config, log } = prepared;
  const gateway = gatewayOf(config);
  return async (event: unknown, context: LambdaContext): Promise<Answer> => {
    const { kind, told } = read(event);
    if (kind === "CONNECT") return connect(told);
    if (!gateway) throw new Error("SOCKET_URL is not set: connections cannot be answered.");
    const patience = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - FAREWELL_MS));
    await inPatience(prepared.open(), patience);
    const deps = { ...requestRuntime(), gateway };
    if (kind === "DISCONNECT") await forget(deps, told.connectionId);
    else await hear(deps, told);
    return { statusCode: 200 };
  };

  /** Without the table: whoever opens connections for fun costs a call each, and nothing else. */
  function connect(told: Told): Answer {
    try {
      return { statusCode: 200, headers: allowConnection(config.corsOrigins, told) };
    } catch (error) {
      const { status, body } = failure(error, told.requestId);
      log.info({ requestId: told.requestId, status }, "a connection was refused");
      return { statusCode: error instanceof AppError ? status : 500, body: String(body) };
    }
  }
}

function read(event: unknown): { kind: string; told: Told } {
  const { requestContext, headers, body, isBase64Encoded } = fieldsOf(event);
  const { eventType, connectionId, identity } = fieldsOf(requestContext);
  const names = Object.entries(fieldsOf(headers)).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const text = typeof body === "string" ? body : "";
  return {
    kind: String(eventType),
    told: {
      connectionId: String(connectionId),
      headers: Object.fromEntries(names),
      text: isBase64Encoded === true ? Buffer.from(text, "base64").toString() : text,
      address: String(fieldsOf(identity).sourceIp ?? ""),
      requestId: realIds.uuid(),
    },
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
