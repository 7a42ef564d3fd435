// The roles of s.yaml, as `npm run deploy:aliyun` makes them: each policy has the rights of its kind, and no others.
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openAliyunAccount } from "../../../scripts/deploy/aliyun/account.ts";
import { aliyunSteps } from "../../../scripts/deploy/aliyun/steps.ts";
import { dueIndexOf } from "../../../shared/tables/tablestore/schema.ts";
import { environmentOf, startAliyunAccount } from "../../servers/aliyun-account/server.ts";
import { declared, type Kind, kindOf } from "../declared.ts";
import { type Rights, rights } from "../rights.ts";
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
  const made = makeRoles();

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

    test("all of them are made with their policies, once", async () => {
      const { calls, roles, policies, again } = await made;
      expect(countsOf(calls)).toEqual({ CreateRole: 6, CreatePolicy: 6, AttachPolicyToRole: 6 });
      expect(again).toBe("there");
      for (const [kind, needs] of Object.entries(rights) as [Kind, Rights][]) {
        const policy = policyOf(policies, kind);
        expect([kind, granted(policy).sort()]).toEqual([kind, permissions(needs).sort()]);
      }
      expect(granted(policyOf(policies, "oss-trigger")).sort()).toEqual(invocations().sort());
      expect(trusted(roles)).toEqual({
        "oss.aliyuncs.com": ["oss-trigger"],
        "fc.aliyuncs.com": Object.keys(rights).sort(),
      });
    });

    test("no policy is longer than RAM takes, nor has a * for all actions or resources", async () => {
      const { policies } = await made;
      expect(policies.size).toBe(6);
      for (const [document = ""] of policies.values()) {
        expect(document.length).toBeLessThanOrEqual(6144);
        expect(document).not.toContain("{{");
        const all = granted(JSON.parse(document));
        expect(all.filter((each) => /^[^ ]*\*| \*| acs:[a-z]+:[^ ]*:\*$/.test(each))).toEqual([]);
      }
    });
  });
}

/** The step of a deployment that makes them, in an account that has none. */
async function makeRoles() {
  const server = await startAliyunAccount();
  const region = "cn-hangzhou";
  const opened = await openAliyunAccount(region, environmentOf(server), server.url);
  const steps = aliyunSteps(opened, {
    ...{ root: process.cwd(), environment: settings, isJson: true, stage: null },
    ...{ vendorKeys: null, ffmpeg: null, endpoint: server.url },
  });
  const step = steps.find(({ name }) => name === "roles");
  await step?.make();
  const calls = [...server.calls];
  const again = (await step?.look())?.state;
  await server.close();
  const { roles, policies } = server;
  return { calls, roles, policies, again };
}

function countsOf(calls: readonly string[]): Record<string, number> {
  const changes = calls.filter((call) => !/^(Get|List)/.test(call));
  return Object.fromEntries(
    Object.entries(Object.groupBy(changes, (call) => call)).map(([call, all]) => [call, all?.length ?? 0]),
  );
}

function policyOf(policies: ReadonlyMap<string, string[]>, kind: string): Policy {
  return JSON.parse(policies.get(`dream-factory-${kind}`)?.[0] ?? "{}");
}

function trusted(roles: ReadonlyMap<string, { trust: string }>): Record<string, string[]> {
  const services: Record<string, string[]> = {};
  for (const [name, { trust }] of [...roles].sort()) {
    const { Statement } = JSON.parse(trust);
    expect(Statement).toMatchObject([{ Effect: "Allow", Action: "sts:AssumeRole" }]);
    const kind = name.replace("dream-factory-", "");
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
