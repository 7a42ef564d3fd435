// Each role has the rights of its kind, and no others.
import { describe, expect, test } from "vitest";
import { DUE_INDEX } from "../../../shared/tables/dynamodb/schema.ts";
import { declared, type Kind, kindOf } from "../declared.ts";
import { type Rights, rights } from "../rights.ts";
import type { Deployed } from "./deployed.ts";

const roleOf: Record<Kind, string> = {
  http: "HttpRole",
  storage: "StorageRole",
  timers: "TimersRole",
  "deliver-webhooks": "DeliverWebhooksRole",
  "purge-temp": "PurgeTempRole",
};

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: unknown;
}

export function rolesOnAws(deployed: Deployed, bucket: string, table: string): void {
  describe("roles on AWS", () => {
    test.for(Object.entries(roleOf) as [Kind, string][])(
      "%s may do what its calls need, and nothing else",
      ([kind, role]) => {
        const expected = [...logging(deployed, role), ...permissions(rights[kind], bucket, table)];
        expect(granted(deployed, role).sort()).toEqual(expected.sort());
      },
    );

    test("there is no other role, and only Lambda takes them", () => {
      expect(
        deployed
          .all("AWS::IAM::Role")
          .map(([id]) => id)
          .sort(),
      ).toEqual(Object.values(roleOf).sort());
      for (const [, { AssumeRolePolicyDocument, ManagedPolicyArns }] of deployed.all("AWS::IAM::Role")) {
        const takes = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
        expect(AssumeRolePolicyDocument).toMatchObject({ Statement: [takes] });
        expect(ManagedPolicyArns).toBeUndefined();
      }
    });

    test("no action and no resource is a * for everything", () => {
      const all = Object.values(roleOf).flatMap((role) => granted(deployed, role));
      expect(all.filter((each) => /^(\*|[^ ]*\*[^ ]* )| \*$|:\*:|:::\*/.test(each))).toEqual([]);
    });

    test("every kind has a function", () => {
      expect(new Set([...declared.values()].map(kindOf))).toEqual(new Set(Object.keys(roleOf)));
    });
  });
}

/** `action resource`, and a condition behind it. */
function granted(deployed: Deployed, role: string): string[] {
  const policies = deployed.one(role).Properties?.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(({ Effect, Action, Resource, Condition }) =>
      [Action].flat().flatMap((action) =>
        [Resource].flat().map((resource) => {
          const condition = Condition ? ` if ${JSON.stringify(Condition)}` : "";
          return `${Effect === "Allow" ? "" : `${Effect} `}${action} ${resource}${condition}`;
        }),
      ),
    ),
  );
}

/** Into the log groups of the functions that have the role; of those that answer requests there are too many for one role. */
function logging(deployed: Deployed, role: string): string[] {
  if (role === roleOf.http)
    return loggingInto(["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/dream-factory-dev-*"]);
  const names = [...deployed.functions].flatMap(([, each]) =>
    each.Role === `${role}.Arn` ? String(each.FunctionName) : [],
  );
  const groups = deployed
    .all("AWS::Logs::LogGroup")
    .filter(([, { LogGroupName }]) => names.includes(String(LogGroupName).replace("/aws/lambda/", "")));
  return loggingInto(groups.map(([id]) => `${id}.Arn`));
}

function loggingInto(groups: readonly string[]): string[] {
  return groups.flatMap((group) => [`logs:CreateLogStream ${group}`, `logs:PutLogEvents ${group}`]);
}

const itemActions = { read: "GetItem", query: "Query", write: "PutItem", delete: "DeleteItem" };

function permissions(
  { items, objects, list, connections, keepsFailures }: Rights,
  bucket: string,
  table: string,
): string[] {
  const tableArn = `arn:aws:dynamodb:eu-central-1:123456789012:table/${table}`;
  const ofBucket = list ? ` if ${JSON.stringify({ StringLike: { "s3:prefix": `${list}*` } })}` : "";
  return [
    ...items.map((item) => `dynamodb:${itemActions[item]} ${tableArn}`),
    `dynamodb:Query ${tableArn}/index/${DUE_INDEX}`,
    ...objects.flatMap(({ below, ...may }) =>
      objectActions(may).map((action) => `${action} arn:aws:s3:::${bucket}/${below}*`),
    ),
    ...(list === null ? [] : [`s3:ListBucket arn:aws:s3:::${bucket}${ofBucket}`]),
    ...(connections
      ? [
          "execute-api:ManageConnections arn:aws:execute-api:eu-central-1:123456789012:WebsocketsApi/dev/*/@connections/*",
        ]
      : []),
    ...(keepsFailures ? ["sqs:SendMessage DeadLetters.Arn"] : []),
  ];
}

function objectActions(may: Omit<Rights["objects"][number], "below">): string[] {
  return [
    ...(may.read ? ["s3:GetObject"] : []),
    ...(may.write ? ["s3:PutObject"] : []),
    ...(may.parts ? ["s3:AbortMultipartUpload"] : []),
    ...(may.delete ? ["s3:DeleteObject"] : []),
  ];
}
