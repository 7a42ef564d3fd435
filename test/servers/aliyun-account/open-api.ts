// What is asked over OpenAPI: STS and RAM by their parameters, Tablestore and Function Compute by their paths.
import type { Answer, Asked, Fault } from "./server.ts";

type Refusal = Pick<Fault, "status" | "code" | "message">;

const refused = (status: number, code: string, message = code): Answer => ({
  ...{ status, body: { RequestId: "r-1", Code: code, Message: message } },
});
const fine = (body: object = {}): Answer => ({ status: 200, body: { RequestId: "r-1", ...body } });

type Parameters = Record<string, string>;

const actions: Readonly<Record<string, (asked: Asked, parameters: Parameters) => Answer>> = {
  GetCallerIdentity: ({ server }) => fine({ AccountId: server.id, IdentityType: "RAMUser" }),
  GetRole({ server }, { RoleName = "" }) {
    const role = server.roles.get(RoleName);
    return role
      ? fine({ Role: { RoleName, AssumeRolePolicyDocument: role.trust } })
      : refused(404, "EntityNotExist.Role", "The role does not exist.");
  },
  CreateRole({ server }, { RoleName = "", AssumeRolePolicyDocument = "" }) {
    if (server.roles.has(RoleName)) return refused(409, "EntityAlreadyExists.Role");
    server.roles.set(RoleName, { trust: AssumeRolePolicyDocument, attached: new Set() });
    return fine();
  },
  UpdateRole({ server }, { RoleName = "", NewAssumeRolePolicyDocument = "" }) {
    const role = server.roles.get(RoleName);
    if (!role) return refused(404, "EntityNotExist.Role");
    role.trust = NewAssumeRolePolicyDocument;
    return fine();
  },
  GetPolicy({ server }, { PolicyName = "" }) {
    const versions = server.policies.get(PolicyName);
    return versions
      ? fine({ DefaultPolicyVersion: { PolicyDocument: versions.at(-1), IsDefaultVersion: true } })
      : refused(404, "EntityNotExist.Policy");
  },
  CreatePolicy({ server }, { PolicyName = "", PolicyDocument = "" }) {
    if (server.policies.has(PolicyName)) return refused(409, "EntityAlreadyExists.Policy");
    server.policies.set(PolicyName, [PolicyDocument]);
    return fine();
  },
  CreatePolicyVersion({ server }, { PolicyName = "", PolicyDocument = "", SetAsDefault, RotateStrategy = "None" }) {
    const versions = server.policies.get(PolicyName);
    if (!versions || SetAsDefault !== "true") return refused(404, "EntityNotExist.Policy");
    if (versions.length >= 5 && RotateStrategy === "None") return refused(409, "LimitExceeded.Policy.Version");
    versions.push(PolicyDocument);
    versions.splice(0, versions.length - 5);
    return fine();
  },
  ListPoliciesForRole({ server }, { RoleName = "" }) {
    const names = [...(server.roles.get(RoleName)?.attached ?? [])];
    return fine({ Policies: { Policy: names.map((PolicyName) => ({ PolicyName, PolicyType: "Custom" })) } });
  },
  AttachPolicyToRole({ server }, { RoleName = "", PolicyName = "" }) {
    const role = server.roles.get(RoleName);
    if (!role || !server.policies.has(PolicyName)) return refused(404, "EntityNotExist.Role");
    if (role.attached.has(PolicyName)) return refused(409, "EntityAlreadyExists.Role.Policy");
    role.attached.add(PolicyName);
    return fine();
  },
  GetInstance({ server }, { InstanceName = "" }) {
    const found = server.instances.get(InstanceName);
    if (!found) return refused(404, "InstanceNotExist", "The instance does not exist.");
    const answer = fine({ InstanceName, InstanceStatus: found.status, NetworkTypeACL: found.access });
    found.status = "normal";
    return answer;
  },
  CreateInstance({ server, body }) {
    const { InstanceName, ClusterType, NetworkTypeACL } = JSON.parse(body);
    if (ClusterType !== "SSD") return refused(400, "InvalidClusterType");
    server.instances.set(InstanceName, { status: "creating", access: NetworkTypeACL });
    return fine();
  },
  GetFunction: ({ server, url }) =>
    server.functions.has(url.pathname.split("/")[3] ?? "")
      ? fine({ functionName: url.pathname.split("/")[3] })
      : refused(404, "FunctionNotFound"),
  ListLayerVersions({ server }) {
    if (server.layers.length === 0) return refused(404, "LayerNotFound");
    return fine({ layers: server.layers.map(({ description }, at) => ({ description, layerVersionArn: arnOf(at) })) });
  },
  CreateLayerVersion({ server, body }) {
    const { description, code } = JSON.parse(body);
    server.layers.push({ description, bytes: Buffer.from(code.zipFile, "base64") });
    return fine({ layerVersionArn: arnOf(server.layers.length - 1) });
  },
};

const arnOf = (at: number) => `acs:fc:ap-southeast-1:1234567890123456:layers/dream-factory-ffmpeg/versions/${at + 1}`;

export const openApi = {
  answer(asked: Asked): Answer {
    const action = actions[asked.headers["x-acs-action"] ?? ""];
    return action ? action(asked, Object.fromEntries(asked.url.searchParams)) : refused(404, "InvalidAction.NotFound");
  },
  failure: ({ status, code, message }: Refusal): Answer => refused(status, code, message),
};
