// What each service answers; CloudFormation and S3 have files of their own.
import type { Answer, AwsAccountServer, Service } from "./server.ts";

export const xml = (status: number, body: string): Answer => ({
  status,
  body,
  headers: { "content-type": "text/xml" },
});

export const xmlFailure: Service["failure"] = ({ status, code, message }) =>
  xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );

export const sts: Service = {
  operation: ({ body }) => new URLSearchParams(body.toString()).get("Action") ?? "",
  answer: ({ server }) =>
    xml(
      200,
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${server.id}:user/ada</Arn><UserId>AIDA</UserId><Account>${server.id}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ),
  failure: xmlFailure,
};

type Json = Record<string, unknown>;
type JsonAnswer = Json | { status: number; code: string; message: string };

/** AWS's JSON protocol: `X-Amz-Target: secretsmanager.GetSecretValue`. */
function jsonService(answers: Record<string, (server: AwsAccountServer, input: Json) => JsonAnswer>): Service {
  const reply = (status: number, body: object): Answer => ({
    ...{ status, body: JSON.stringify(body), headers: { "content-type": "application/x-amz-json-1.1" } },
  });
  const failure: Service["failure"] = ({ status, code, message }) =>
    reply(status, { __type: `com.amazonaws#${code}`, message });
  return {
    operation: ({ headers }) => String(headers["x-amz-target"]).split(".").at(-1) ?? "",
    answer({ server, body }, operation) {
      const found = answers[operation]?.(server, JSON.parse(body.toString()));
      if (!found) return failure({ status: 400, code: "UnknownOperationException", message: operation });
      return "code" in found && "status" in found ? failure(found as never) : reply(200, found);
    },
    failure,
  };
}

const refused = (code: string, message: string, status = 400) => ({ status, code, message });
const noSecret = refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");

export const secretsManager = jsonService({
  GetSecretValue({ secrets }, { SecretId }) {
    const secret = secrets.get(String(SecretId));
    if (!secret) return noSecret;
    if (secret.isEnding)
      return refused(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return { Name: SecretId, SecretString: secret.text };
  },
  CreateSecret({ secrets }, { Name, SecretString, ClientRequestToken }) {
    if (typeof ClientRequestToken !== "string") return refused("InvalidParameterException", "ClientRequestToken");
    if (secrets.has(String(Name))) return refused("ResourceExistsException", "The secret already exists.");
    secrets.set(String(Name), { text: String(SecretString) });
    return { Name };
  },
  PutSecretValue({ secrets }, { SecretId, SecretString }) {
    const secret = secrets.get(String(SecretId));
    if (!secret) return noSecret;
    secret.text = String(SecretString);
    return { Name: SecretId };
  },
});

const noTable = refused("ResourceNotFoundException", "Requested resource not found");

export const dynamodb = jsonService({
  DescribeTable({ tables }, { TableName }) {
    const table = tables.get(String(TableName));
    return table ? { Table: { TableName, ItemCount: 0, DeletionProtectionEnabled: table.isProtected } } : noTable;
  },
  Scan({ tables }, { TableName, Limit }) {
    const table = tables.get(String(TableName));
    return table ? { Count: Math.min(table.items, Number(Limit)), Items: [] } : noTable;
  },
  UpdateTable({ tables }, { TableName, DeletionProtectionEnabled }) {
    const table = tables.get(String(TableName));
    if (!table) return noTable;
    table.isProtected = DeletionProtectionEnabled === true;
    return { TableDescription: { TableName } };
  },
  DeleteTable({ tables }, { TableName }) {
    const table = tables.get(String(TableName));
    if (!table) return noTable;
    if (table.isProtected)
      return refused("ValidationException", "Resource cannot be deleted as it is currently protected");
    tables.delete(String(TableName));
    return { TableDescription: { TableName } };
  },
});

export const logs = jsonService({
  DescribeLogGroups({ logGroups }, { logGroupNamePrefix, nextToken = "0" }) {
    const all = [...logGroups].filter(([name]) => name.startsWith(String(logGroupNamePrefix)));
    const start = Number(nextToken);
    return {
      logGroups: all.slice(start, start + 2).map(([logGroupName, storedBytes]) => ({ logGroupName, storedBytes })),
      ...(start + 2 < all.length && { nextToken: String(start + 2) }),
    };
  },
  DeleteLogGroup({ logGroups }, { logGroupName }) {
    return logGroups.delete(String(logGroupName))
      ? {}
      : refused("ResourceNotFoundException", "The specified log group does not exist.");
  },
});

export const lambda: Service = {
  operation: ({ method, url }) => `${method} ${url.pathname.replace(/^\/[\d-]+/, "")}`,
  answer({ server, method, url, body }) {
    const [, , kind, name] = url.pathname.split("/");
    const reply = (status: number, data: object): Answer => ({
      ...{ status, body: JSON.stringify(data), headers: { "content-type": "application/json" } },
    });
    const { modifiedAt } = (kind === "functions" && server.functions.get(name ?? "")) || {};
    if (modifiedAt)
      return reply(200, { Configuration: { FunctionName: name, LastModified: modifiedAt.toISOString() } });
    if (kind !== "layers")
      return lambda.failure({ status: 404, code: "ResourceNotFoundException", message: "Function not found" });
    if (method === "POST") {
      const { Description, Content } = JSON.parse(body.toString());
      const LayerVersionArn = `arn:aws:lambda:${server.region}:${server.id}:layer:${name}:${server.layers.length + 1}`;
      server.layers.push({ Description, LayerVersionArn, bytes: Buffer.from(Content.ZipFile, "base64") });
      return reply(201, { LayerVersionArn, Version: server.layers.length });
    }
    const start = Number(url.searchParams.get("Marker") ?? 0);
    const LayerVersions = server.layers
      .slice(start, start + 2)
      .map(({ Description, LayerVersionArn }) => ({ Description, LayerVersionArn }));
    return reply(200, { LayerVersions, ...(start + 2 < server.layers.length && { NextMarker: String(start + 2) }) });
  },
  failure: ({ status, code, message }) => ({
    ...{ status, body: JSON.stringify({ Type: "User", Message: message }) },
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
  }),
};
