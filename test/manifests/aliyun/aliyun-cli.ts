// The part of the CLI `aliyun` that makes roles, for an account in a file: what is made twice is refused, as RAM refuses it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

interface Account {
  calls: { action: string; parameters: Record<string, string> }[];
  roles: string[];
  policies: string[];
  /** `role policy`. */
  attached: string[];
}

const [product, action = "", ...rest] = process.argv.slice(2);
const parameters = Object.fromEntries(
  rest.flatMap((each, at) => (at % 2 === 0 ? [[each.replace(/^--/, ""), rest[at + 1] ?? ""]] : [])),
);
const { RoleName: role = "", PolicyName: policy = "" } = parameters;

const file = process.env.ACCOUNT ?? "";
const account: Account = existsSync(file)
  ? JSON.parse(readFileSync(file, "utf8"))
  : { calls: [], roles: [], policies: [], attached: [] };

const actions: Record<string, () => void> = {
  GetRole: () => requireThere(account.roles, role),
  GetPolicy: () => requireThere(account.policies, policy),
  UpdateRole: () => requireThere(account.roles, role),
  CreatePolicyVersion: () => requireThere(account.policies, policy),
  CreateRole: () => add(account.roles, role),
  CreatePolicy: () => add(account.policies, policy),
  AttachPolicyToRole() {
    requireThere(account.roles, role);
    requireThere(account.policies, policy);
    add(account.attached, `${role} ${policy}`);
  },
  ListPoliciesForRole() {
    const names = account.attached.filter((each) => each.startsWith(`${role} `)).map((each) => each.split(" ")[1]);
    const Policy = names.map((PolicyName) => ({ PolicyName, PolicyType: "Custom" }));
    console.log(JSON.stringify({ Policies: { Policy } }, null, "\t"));
  },
};

const act = product === "ram" ? actions[action] : undefined;
if (!act) throw new Error(`${product} ${action} is not known`);
act();
account.calls.push({ action, parameters });
writeFileSync(file, JSON.stringify(account));

function requireThere(names: string[], name: string): void {
  if (!names.includes(name)) throw new Error(`EntityNotExist: ${name}`);
}

function add(names: string[], name: string): void {
  if (names.includes(name)) throw new Error(`EntityAlreadyExists: ${name}`);
  names.push(name);
}
