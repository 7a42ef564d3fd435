// CloudFormation's DescribeStacks on 127.0.0.1, over the query protocol: checks signatures, pages, fails on command. Typed from
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html.
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type Origin, startOrigin } from "./origin.ts";

export interface CloudFormationFault {
  status: number;
  code: string;
  message: string;
}

export interface CloudFormationServer extends Origin {
  region: string;
  key: { accessKeyId: string; accessKeySecret: string; securityToken: string };
  stacks: { name: string; status: string; outputs: Record<string, string> }[];
  /** So many pages without the stack come first. */
  emptyPages: number;
  /** What the next requests meet, one each. */
  faults: CloudFormationFault[];
  /** The parameters of each request whose signature was good. */
  asked: Record<string, string>[];
}

export const throttled = { status: 400, code: "Throttling", message: "Rate exceeded" };
export const denied = {
  status: 403,
  code: "AccessDenied",
  message:
    "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: cloudformation:DescribeStacks on resource: *",
};

export async function startCloudFormation(): Promise<CloudFormationServer> {
  const origin = await startOrigin(async (request, response) => {
    const body = await text(request);
    const { status, xml } = answer(server, request, body);
    response.writeHead(status, { "content-type": "text/xml" }).end(xml);
  });
  const server: CloudFormationServer = {
    ...origin,
    region: "eu-central-1",
    key: { accessKeyId: "AKIATEST", accessKeySecret: "secret/1+", securityToken: "token==" },
    ...{ stacks: [], emptyPages: 0, faults: [], asked: [] },
  };
  return server;
}

interface Answer {
  status: number;
  xml: string;
}

function answer(server: CloudFormationServer, request: IncomingMessage, body: string): Answer {
  if (!isSigned(server, request, body)) {
    const message = "The request signature we calculated does not match the signature you provided.";
    return failure({ status: 403, code: "SignatureDoesNotMatch", message });
  }
  const asked = Object.fromEntries(new URLSearchParams(body));
  server.asked.push(asked);
  const fault = server.faults.shift();
  if (fault) return failure(fault);
  const { Action, Version, StackName, NextToken = "0" } = asked;
  if (`${Action} ${Version}` !== "DescribeStacks 2010-05-15") {
    return failure({ status: 400, code: "InvalidAction", message: `Could not find operation ${Action}` });
  }
  const stack = server.stacks.find(({ name }) => name === StackName);
  if (!stack) {
    return failure({ status: 400, code: "ValidationError", message: `Stack with id ${StackName} does not exist` });
  }
  const page = Number(NextToken);
  return page < server.emptyPages ? described("", String(page + 1)) : described(member(stack), null);
}

function member({ name, status, outputs }: CloudFormationServer["stacks"][number]): string {
  const each = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${inXml(value)}</OutputValue><Description>x</Description></member>`,
  );
  const list = each.length === 0 ? "" : `<Outputs>${each.join("")}</Outputs>`;
  return `<member><StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/${name}/1</StackId><StackName>${name}</StackName><CreationTime>2026-11-22T12:00:00.000Z</CreationTime><StackStatus>${status}</StackStatus>${list}</member>`;
}

function described(members: string, next: string | null): Answer {
  const token = next === null ? "" : `<NextToken>${next}</NextToken>`;
  return {
    status: 200,
    xml: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${members}</Stacks>${token}</DescribeStacksResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DescribeStacksResponse>`,
  };
}

function failure({ status, code, message }: CloudFormationFault): Answer {
  return {
    status,
    xml: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${inXml(message)}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  };
}

/** Signature Version 4 in the header, over the method, the path, the headers and the body. */
function isSigned({ key, region }: CloudFormationServer, { method, headers }: IncomingMessage, body: string): boolean {
  const [, scope = "", signedHeaders = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=AKIATEST\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const date = String(headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  const isNow = Math.abs(at - Date.now()) < 300_000;
  const isScope = scope === `${date.slice(0, 8)}/${region}/cloudformation/aws4_request`;
  const names = signedHeaders.split(";");
  const areSigned = Object.keys(headers)
    .filter((name) => name === "host" || name.startsWith("x-amz-"))
    .every((name) => names.includes(name));
  const lines = names.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const canonical = `${method}\n/\n\n${lines}\n${signedHeaders}\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  const signingKey = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${key.accessKeySecret}`);
  const isToken = headers["x-amz-security-token"] === key.securityToken;
  return isNow && isScope && areSigned && isToken && hmac(signingKey, toSign).toString("hex") === signature;
}

function inXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
