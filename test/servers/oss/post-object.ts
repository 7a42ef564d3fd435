// PostObject: a form, a policy, and the file as its last field.
import type { IncomingMessage } from "node:http";
import { readForm } from "../../../shared/runtime/local/form-reader.ts";
import { type Bucket, type Bytes, textOf } from "./bucket.ts";
import { OssFault } from "./fault.ts";
import { type Verifier, verifyForm } from "./signature.ts";

/** "Form elements" of PostObject and of its V4 signature that are known here. */
const knownFields = [
  "key",
  "content-type",
  "policy",
  "success_action_status",
  "x-oss-forbid-overwrite",
  "x-oss-object-acl",
  "x-oss-signature-version",
  "x-oss-credential",
  "x-oss-date",
  "x-oss-security-token",
  "x-oss-signature",
];

export interface Posted {
  /** By name in lower case. */
  fields: ReadonlyMap<string, string>;
  bytes: Bytes;
}

/** Throws what OSS answers, when the form was read to its end; and any error when it breaks off. */
export async function readPost(
  request: IncomingMessage,
  { bucket, name, verifier }: { bucket: Bucket; name: string; verifier: Verifier },
): Promise<Posted> {
  const source = request[Symbol.asyncIterator]();
  try {
    const form = readForm(source, request.headers["content-type"]);
    const fields = new Map<string, string>();
    for (let part = await form.next(); part; part = await form.next()) {
      if (part.name !== "file") {
        fields.set(part.name.toLowerCase(), await textOf(part.body));
        continue;
      }
      const range = checkFields(fields, name, verifier);
      const bytes = await bucket.keep(part.body);
      if ((await form.next()) !== null) throw new OssFault(400, "InvalidArgument", "Something follows the file.");
      if (bytes.size < range.min) throw new OssFault(400, "EntityTooSmall");
      if (bytes.size > range.max) throw new OssFault(400, "EntityTooLarge");
      return { fields, bytes };
    }
    throw new OssFault(400, "IncorrectNumberOfFilesInPOSTRequest");
  } catch (error) {
    if (error instanceof OssFault) for (let step = await source.next(); !step.done; ) step = await source.next();
    throw error;
  }
}

function checkFields(fields: ReadonlyMap<string, string>, bucket: string, verifier: Verifier) {
  for (const name of fields.keys()) {
    if (!knownFields.includes(name)) throw new OssFault(400, "InvalidArgument", `The field ${name} is not known.`);
  }
  verifyForm(fields, verifier);
  const forbid = fields.get("x-oss-forbid-overwrite");
  // "0006-00000117": the value must be true or false.
  if (forbid !== undefined && !/^(true|false)$/.test(forbid)) throw new OssFault(400, "InvalidArgument", "forbid");
  return checkPolicy(fields, bucket, verifier.now);
}

/** "Policy" of PostObject: it expires, and every condition has to hold. */
function checkPolicy(fields: ReadonlyMap<string, string>, bucket: string, now: number): { min: number; max: number } {
  const policy = JSON.parse(Buffer.from(fields.get("policy") ?? "", "base64").toString());
  if (!(now < Date.parse(policy.expiration))) throw new OssFault(403, "AccessDenied", "Policy expired.");
  const range = { min: 0, max: 5 * 1024 ** 3 };
  const given = (name: string) => (name === "bucket" ? bucket : fields.get(name));
  for (const condition of policy.conditions as unknown[]) {
    const [operator, name, value] = Array.isArray(condition) ? condition : simple(condition);
    if (operator === "content-length-range") [range.min, range.max] = [Number(name), Number(value)];
    else if (!holds(operator, given(String(name).replace(/^\$/, "").toLowerCase()), value)) {
      throw new OssFault(403, "AccessDenied", `Policy Condition failed: ${JSON.stringify(condition)}`);
    }
  }
  return range;
}

function simple(condition: unknown): [string, string, unknown] {
  const [entry, ...more] = Object.entries(condition as object);
  if (!entry || more.length > 0) throw new OssFault(400, "InvalidPolicyDocument");
  return ["eq", entry[0], entry[1]];
}

function holds(operator: unknown, given: string | undefined, value: unknown): boolean {
  if (given === undefined) return false;
  if (operator === "eq") return given === value;
  if (operator === "starts-with") return given.startsWith(String(value));
  if (operator === "in" && Array.isArray(value)) return value.includes(given);
  throw new OssFault(400, "InvalidPolicyDocument", `The operator ${String(operator)} is not known.`);
}
