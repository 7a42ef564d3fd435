// The roles of s.yaml: each policy has the rights of its kind, and no others; and the script that makes them does so once.
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dueIndexOf } from "../../../shared/tables/tablestore/schema.ts";
import { declared, type Kind, kindOf } from "../declared.ts";
import { type Rights, rights } from "../rights.ts";
import { type AliyunCall, createRoles } from "./create-roles.ts";
import type { FunctionProps, Previewed } from "./preview.ts";

interface Policy {
  Statement: { Effect: string; Action: string[]; Resource: string[]; Condition?: unknown }[];
}

const settings = {
  ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456",
  OSS_BUCKET: "dreams",
  // Names of instances may have capitals, and RAM knows none of them.
  TABLESTORE_INSTANCE: "Dreams",
  LOG_PROJECT: "dream-logs",
};

const account = settings.ALIBABA_CLOUD_ACCOUNT_ID;

export function rolesOnAlibabaCloud({ resources }: Previewed<FunctionProps>): void {
  const made = createRoles(settings);

  describe("roles on Alibaba Cloud", () => {
    test("there is a policy for each role that s.yaml names", () => {
      const functions = Object.values(resources).map(({ props }) => props);
      const triggers = functions.flatMap(({ triggers }) =>
        triggers.flatMap(({ invocationRole }) => invocationRole ?? []),
      );
      const named = [...functions.map(({ role }) => role), ...triggers].map((role) =>
        String(role).replace(/.*\/dream-factory-/, ""),
      );
      const files = readdirSync("deploy/aliyun/policies").map((file) => file.replace(".json", ""));
      expect(files.sort()).toEqual([...new Set(named)].sort());
    });

    test("the script makes all of them with their policies, and the second time brings them up to date", async () => {
      const { first, second } = await made;
      expect(countsOf(first)).toEqual({ CreateRole: 6, CreatePolicy: 6, AttachPolicyToRole: 6 });
      expect(countsOf(second)).toEqual({ UpdateRole: 6, CreatePolicyVersion: 6 });
      for (const [kind, needs] of Object.entries(rights) as [Kind, Rights][]) {
        const policy = policyOf(first, kind);
        expect([kind, granted(policy).sort()]).toEqual([kind, permissions(needs).sort()]);
      }
      expect(granted(policyOf(first, "oss-trigger")).sort()).toEqual(invocations().sort());
      expect(trusted(first)).toEqual({
        "oss.aliyuncs.com": ["oss-trigger"],
        "fc.aliyuncs.com": Object.keys(rights).sort(),
      });
      expect(documentsOf(second)).toEqual(documentsOf(first));
    });

    test("no policy is longer than RAM takes, nor has a * for all actions or resources", async () => {
      const { first } = await made;
      expect(documentsOf(first)).toHaveLength(6);
      for (const document of documentsOf(first)) {
        expect(document.length).toBeLessThanOrEqual(6144);
        expect(document).not.toContain("{{");
        const all = granted(JSON.parse(document));
        expect(all.filter((each) => /^[^ ]*\*| \*| acs:[a-z]+:[^ ]*:\*$/.test(each))).toEqual([]);
      }
    });

    test("without the account, the bucket, the instance or the log project nothing is made", async () => {
      for (const name of Object.keys(settings)) {
        const { code, first } = await createRoles({ ...settings, [name]: "" });
        expect([name, code, first]).toEqual([name, 2, []]);
      }
    });
  });
}

function countsOf(calls: AliyunCall[]): Record<string, number> {
  const changes = calls.filter(({ action }) => !/^(Get|List)/.test(action));
  return Object.fromEntries(
    Object.entries(Object.groupBy(changes, ({ action }) => action)).map(([action, all]) => [action, all?.length ?? 0]),
  );
}

function policyOf(calls: AliyunCall[], kind: string): Policy {
  const call = calls.find(
    ({ action, parameters }) => action === "CreatePolicy" && parameters.PolicyName === `dream-factory-${kind}`,
  );
  return JSON.parse(call?.parameters.PolicyDocument ?? "{}");
}

function documentsOf(calls: AliyunCall[]): string[] {
  return calls.flatMap(({ parameters }) => parameters.PolicyDocument ?? []);
}

function trusted(calls: AliyunCall[]): Record<string, string[]> {
  const services: Record<string, string[]> = {};
  for (const { action, parameters } of calls) {
    if (action !== "CreateRole") continue;
    const { Statement } = JSON.parse(parameters.AssumeRolePolicyDocument ?? "{}");
    expect(Statement).toMatchObject([{ Effect: "Allow", Action: "sts:AssumeRole" }]);
    const kind = parameters.RoleName?.replace("dream-factory-", "") ?? "";
    for (const service of Statement[0].Principal.Service) services[service] = [...(services[service] ?? []), kind];
  }
  return services;
}

function granted({ Statement }: Policy): string[] {
  return Statement.flatMap(({ Effect, Action, Resource, Condition }) =>
    Action.flatMap((action) =>
      Resource.map((resource) => {
        const condition = Condition ? ` if ${JSON.stringify(Condition)}` : "";
        return `${Effect === "Allow" ? "" : `${Effect} `}${action} ${resource}${condition}`;
      }),
    ),
  );
}

const itemActions = { read: "GetRow", query: "GetRange", write: "PutRow", delete: "DeleteRow" };

function permissions({ items, objects, list, keepsFailures }: Rights): string[] {
  const table = `acs:ots:cn-hangzhou:${account}:instance/dreams/table/`;
  const below = list ? ` if ${JSON.stringify({ StringLike: { "oss:Prefix": [`${list}*`] } })}` : "";
  return [
    `log:PostLogStoreLogs acs:log:cn-hangzhou:${account}:project/dream-logs/logstore/functions`,
    ...items.map((item) => `ots:${itemActions[item]} ${table}dream_factory`),
    `ots:GetRange ${table}${dueIndexOf("dream_factory")}`,
    ...objects.flatMap(({ below, ...may }) =>
      objectActions(may).map((action) => `${action} acs:oss:*:*:dreams/${below}*`),
    ),
    ...(list === null ? [] : [`oss:ListObjects acs:oss:*:*:dreams${below}`]),
    ...(keepsFailures
      ? [`mns:SendMessage acs:mns:cn-hangzhou:${account}:/queues/dream-factory-dead-letters/messages`]
      : []),
  ];
}

/** Every object is written with its own access (shared/stores/oss/object-headers.ts). */
function objectActions(may: Omit<Rights["objects"][number], "below">): string[] {
  return [
    ...(may.read ? ["oss:GetObject"] : []),
    ...(may.write ? ["oss:PutObject", "oss:PutObjectAcl"] : []),
    ...(may.parts ? ["oss:AbortMultipartUpload"] : []),
    ...(may.delete ? ["oss:DeleteObject"] : []),
  ];
}

/** Of a function, and of its versions. */
function invocations(): string[] {
  const called = [...declared.values()].filter((each) => kindOf(each) === "storage");
  return called.flatMap(({ name }) => {
    const resource = `acs:fc:cn-hangzhou:${account}:functions/dream-factory-${name}`;
    return [`fc:InvokeFunction ${resource}`, `fc:InvokeFunction ${resource}/*`];
  });
}
