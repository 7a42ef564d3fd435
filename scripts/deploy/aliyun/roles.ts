// The roles that s.yaml names, each with its policy out of deploy/aliyun, as they should be: made, or brought to what stands there.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Step, there, todo } from "../steps.ts";
import { type AliyunAccount, AliyunRefusal, type Json } from "./account.ts";

/** What stands between {{ and }} in a policy. */
export type RoleNames = Readonly<Record<string, string>>;

interface Role {
  name: string;
  trust: string;
  policy: string;
}

export async function rolesIn(root: string, names: RoleNames): Promise<Role[]> {
  const folder = join(root, "deploy", "aliyun");
  const filled = async (path: string) => {
    const text = await readFile(join(folder, path), "utf8");
    const whole = text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => names[name] ?? "");
    return JSON.stringify(JSON.parse(whole));
  };
  const files = (await readdir(join(folder, "policies"))).sort();
  return Promise.all(
    files.map(async (file) => {
      const kind = file.replace(/\.json$/, "");
      return {
        name: `${names.APP_NAME}-${kind}`,
        trust: await filled(kind === "oss-trigger" ? "trust/oss.json" : "trust/fc.json"),
        policy: await filled(`policies/${file}`),
      };
    }),
  );
}

export function roles(account: AliyunAccount, root: string, names: RoleNames): Step {
  const wanting = async () => {
    const all = await rolesIn(root, names);
    const found = await Promise.all(all.map((role) => isAsItShould(account, role)));
    return { all, lacking: all.filter((_, at) => !found[at]) };
  };
  return {
    name: "roles",
    async look() {
      const { all, lacking } = await wanting();
      const said = (list: readonly Role[]) => list.map(({ name }) => name).join(", ");
      return lacking.length === 0
        ? there(said(all))
        : todo(`${said(lacking)} would be made, or brought to deploy/aliyun/policies`);
    },
    async make() {
      const { lacking } = await wanting();
      for (const role of lacking) await makeRole(account, role);
      return `${lacking.map(({ name }) => name).join(", ")}: as deploy/aliyun/policies says`;
    },
  };
}

const ram = (account: AliyunAccount, action: string, query: Record<string, string>): Promise<Json> =>
  account.rpc("ram.aliyuncs.com", "2015-05-01", action, query);

const isMissing = (error: unknown) => error instanceof AliyunRefusal && error.code.startsWith("EntityNotExist");

async function orNull(asked: Promise<Json>): Promise<Json | null> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function isAsItShould(account: AliyunAccount, { name, trust, policy }: Role): Promise<boolean> {
  const role = (await orNull(ram(account, "GetRole", { RoleName: name })))?.Role as Json | undefined;
  if (!role || !isSame(role.AssumeRolePolicyDocument, trust)) return false;
  return isSame(await documentOf(account, name), policy) && (await isAttached(account, name));
}

/** The policy's default version; null: there is none. */
async function documentOf(account: AliyunAccount, name: string): Promise<unknown> {
  const found = await orNull(ram(account, "GetPolicy", { PolicyType: "Custom", PolicyName: name }));
  return (found?.DefaultPolicyVersion as Json | undefined)?.PolicyDocument ?? null;
}

async function isAttached(account: AliyunAccount, name: string): Promise<boolean> {
  const { Policies } = await ram(account, "ListPoliciesForRole", { RoleName: name });
  const list = ((Policies as Json | undefined)?.Policy ?? []) as { PolicyName: string }[];
  return list.some(({ PolicyName }) => PolicyName === name);
}

async function makeRole(account: AliyunAccount, { name, trust, policy }: Role): Promise<void> {
  const role = { RoleName: name };
  if (await orNull(ram(account, "GetRole", role)))
    await ram(account, "UpdateRole", { ...role, NewAssumeRolePolicyDocument: trust });
  else await ram(account, "CreateRole", { ...role, AssumeRolePolicyDocument: trust });
  const document = await documentOf(account, name);
  if (document === null) await ram(account, "CreatePolicy", { PolicyName: name, PolicyDocument: policy });
  else if (!isSame(document, policy))
    await ram(account, "CreatePolicyVersion", {
      ...{ PolicyName: name, PolicyDocument: policy, SetAsDefault: "true" },
      // A policy keeps five versions.
      RotateStrategy: "DeleteOldestNonDefaultVersionWhenLimitExceeded",
    });
  if (!(await isAttached(account, name)))
    await ram(account, "AttachPolicyToRole", { ...role, PolicyType: "Custom", PolicyName: name });
}

function isSame(found: unknown, wanted: string): boolean {
  try {
    return JSON.stringify(JSON.parse(String(found))) === wanted;
  } catch {
    return false;
  }
}
