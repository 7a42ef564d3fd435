// What serverless.yml has to say of each function, given what is declared of it.
import { describe, expect, test } from "vitest";
import type { Declaration } from "../../../shared/events/declaration.ts";
import { BASE_PATH, declared, httpFunctions, kindOf } from "../declared.ts";
import type { Deployed } from "./deployed.ts";

/** An HTTP API cuts at 30 s. */
const MAX_HTTP_SECONDS = 29;

const roles = {
  http: "HttpRole.Arn",
  storage: "StorageRole.Arn",
  timers: "TimersRole.Arn",
  "deliver-webhooks": "DeliverWebhooksRole.Arn",
  "purge-temp": "PurgeTempRole.Arn",
};

/** Deployed twice: HTTP APIs do not stream. */
const stream = "job-events";
const buffered = "job-events-buffered";
/** Deployed twice: WebSockets come by an API of their own. */
const socket = "project-socket";
const gateway = "project-socket-gateway";

export function functionsOnAws(deployed: Deployed, artefacts: Record<string, string>): void {
  describe("functions on AWS", () => {
    test("are exactly those that are declared, and the live feeds once more for the APIs that do not stream", () => {
      expect([...deployed.functions.keys()].sort()).toEqual([...declared.keys(), buffered, gateway].sort());
    });

    test.for([...declared.values()])(
      "$name has the declared memory and time, its own zip and the role of its kind",
      (each) => {
        expect(deployed.functions.get(each.name)).toMatchObject({
          MemorySize: each.memoryMb,
          Timeout: secondsOf(each),
          ...("diskMb" in each ? { EphemeralStorage: { Size: each.diskMb } } : {}),
          Handler: "index.handler",
          Runtime: "nodejs24.x",
          Architectures: ["x86_64"],
          Role: roles[kindOf(each)],
        });
        expect(artefacts[each.name]).toBe(`.build/aws/${each.name}.zip`);
      },
    );

    test("the feed for the HTTP API is the same zip with another handler", () => {
      expect(artefacts[buffered]).toBe(artefacts[stream]);
      const { Handler, Timeout, MemorySize } = deployed.functions.get(buffered) ?? {};
      const memory = declared.get(stream)?.memoryMb;
      expect({ Handler, Timeout, MemorySize }).toEqual({
        Handler: "index.buffered",
        Timeout: MAX_HTTP_SECONDS,
        MemorySize: memory,
      });
    });

    test("what the WebSocket API calls is the same zip with another handler", () => {
      expect(artefacts[gateway]).toBe(artefacts[socket]);
      const { Handler, Timeout } = deployed.functions.get(gateway) ?? {};
      expect({ Handler, Timeout }).toEqual({ Handler: "index.gateway", Timeout: MAX_HTTP_SECONDS });
    });

    test("the WebSocket API tells it of each connection's beginning, end and messages, and lets no flood through", () => {
      const api = deployed.all("AWS::ApiGatewayV2::Api").find(([, { ProtocolType }]) => ProtocolType === "WEBSOCKET");
      expect(api?.[0]).toBe("WebsocketsApi");
      const routes = routesOf(deployed, "WebsocketsApi");
      expect(routes).toEqual({ $connect: gateway, $disconnect: gateway, $default: gateway });
      expect(deployed.one("WebsocketsDeploymentStage").Properties).toMatchObject({
        StageName: "dev",
        DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      });
    });

    test("the first function of a path takes all methods, any other one its own, and health what nobody takes", () => {
      expect(routesOf(deployed, "HttpApi")).toEqual(expectedRoutes());
    });

    test("only the stream has a URL of its own, open to everybody, and streams there", () => {
      const urls = deployed.all("AWS::Lambda::Url").map(([, { TargetFunctionArn, ...rest }]) => ({
        function: deployed.functionOf(TargetFunctionArn),
        ...rest,
      }));
      expect(urls).toEqual([{ function: stream, AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" }]);
    });

    test("each writes JSON into a log group of its own, kept for 30 days", () => {
      const groups = deployed.all("AWS::Logs::LogGroup").map(([, group]) => group);
      const names = [...deployed.functions.values()].map(({ FunctionName }) => `/aws/lambda/${FunctionName}`);
      const ofTheApi = "/aws/http-api/dream-factory-dev";
      expect(groups.map(({ LogGroupName }) => LogGroupName).sort()).toEqual([...names, ofTheApi].sort());
      expect(new Set(groups.map(({ RetentionInDays }) => RetentionInDays))).toEqual(new Set([30]));
      for (const { LoggingConfig } of deployed.functions.values())
        expect(LoggingConfig).toMatchObject({ LogFormat: "JSON" });
    });

    test("the HTTP API writes a line of JSON for each request, with nothing in it that could be a token or somebody's id", () => {
      const { AccessLogSettings } = deployed.one("HttpApiStage").Properties as {
        AccessLogSettings: { Format: string };
      };
      const line = JSON.parse(AccessLogSettings.Format);
      expect(line).toEqual({
        requestId: "$context.requestId",
        route: "$context.routeKey",
        status: "$context.status",
        latencyMs: "$context.responseLatency",
        integrationStatus: "$context.integrationStatus",
        ip: "$context.identity.sourceIp",
      });
      expect(AccessLogSettings).toMatchObject({ DestinationArn: expect.stringContaining("LogGroup") });
    });

    test("the HTTP API leaves preflights to the functions, and lets no flood through", () => {
      expect(deployed.one("HttpApi").Properties).not.toHaveProperty("CorsConfiguration");
      expect(deployed.one("HttpApiStage").Properties).toMatchObject({
        DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      });
    });
  });
}

function secondsOf({ name, trigger, timeoutSeconds }: Declaration): number {
  return trigger.type === "http" && name !== stream ? Math.min(timeoutSeconds, MAX_HTTP_SECONDS) : timeoutSeconds;
}

function expectedRoutes(): Record<string, string> {
  const routes: Record<string, string> = { $default: "health" };
  for (const { name, trigger } of httpFunctions) {
    const path = `${BASE_PATH}${trigger.path}`;
    const isFirst = routes[`ANY ${path}`] === undefined;
    routes[`${isFirst ? "ANY" : trigger.method} ${path}`] = name === stream ? buffered : name;
  }
  return routes;
}

function routesOf(deployed: Deployed, api: string): Record<string, string | undefined> {
  const integrations = new Map(deployed.all("AWS::ApiGatewayV2::Integration"));
  const own = deployed.all("AWS::ApiGatewayV2::Route").filter(([, { ApiId }]) => ApiId === api);
  const routes = own.map(([, { RouteKey, Target }]) => {
    const integration = integrations.get(String(Target).replace(/^integrations\//, ""));
    return [String(RouteKey), deployed.functionOf(calledBy(integration?.IntegrationUri))];
  });
  return Object.fromEntries(routes);
}

/** WebSocket APIs name a function by the path of a call of it. */
function calledBy(uri: unknown): string {
  return String(uri).replace(/^.*\/functions\/(.*)\/invocations$/, "$1");
}
