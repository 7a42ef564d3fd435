// Uploads by HTML forms: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html, and their policies:
// …/sigv4-HTTPPOSTConstructPolicy.html.
import { type FormPart, readForm } from "../../../shared/runtime/local/form-reader.ts";
import { type Saved, save } from "./body.ts";
import { Refusal } from "./refusal.ts";
import { expectSignature, keyOf, type Verifier } from "./signature.ts";

export interface PostedFile {
  key: string;
  contentType: string;
  cacheControl: string;
  saved: Saved;
}

/** Reads the form to its end. Throws a Refusal, and keeps nothing, unless everything in it is as its policy says. */
export async function takeForm(
  source: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
  { bucket, path, verifier }: { bucket: string; path: string; verifier: Verifier },
): Promise<PostedFile> {
  const form = readForm(source[Symbol.asyncIterator](), contentType);
  const fields = new Map<string, string>();
  let part = await form.next();
  for (; part && part.name !== "file"; part = await form.next())
    fields.set(part.name.toLowerCase(), await textOf(part));
  if (!part) throw new Refusal(400, "InvalidArgument", "POST requires exactly one file upload per request.");
  const policy = readPolicy(fields, verifier);
  const range = checkConditions(policy, fields, bucket);
  const saved = await save(part.body, path, "UNSIGNED-PAYLOAD", range.max);
  if (saved.size < range.min)
    throw new Refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.");
  // "The file or content must be the last field in the form."
  if (await form.next()) throw new Refusal(400, "InvalidArgument", "something follows behind the file");
  return {
    key: fields.get("key") ?? "",
    contentType: fields.get("content-type") ?? "",
    cacheControl: fields.get("cache-control") ?? "",
    saved,
  };
}

async function textOf({ body }: FormPart): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

interface Policy {
  expiration: string;
  conditions: (Record<string, string> | [string, string | number, string | number])[];
}

function readPolicy(fields: ReadonlyMap<string, string>, verifier: Verifier): Policy {
  const field = (name: string) => fields.get(name) ?? "";
  if (field("x-amz-algorithm") !== "AWS4-HMAC-SHA256") throw new Refusal(403, "AccessDenied", "Access Denied");
  const { key, scope } = keyOf(verifier, field("x-amz-credential"), field("x-amz-date"), field("x-amz-security-token"));
  expectSignature(field("x-amz-signature"), key, scope, field("policy"));
  const policy: Policy = JSON.parse(Buffer.from(field("policy"), "base64").toString());
  if (!(verifier.now() <= Date.parse(policy.expiration))) throw denied("Policy expired.");
  return policy;
}

/** Every condition holds, and every field has one; the sizes that are allowed. */
function checkConditions({ conditions }: Policy, fields: ReadonlyMap<string, string>, bucket: string) {
  const range = { min: 0, max: Number.POSITIVE_INFINITY };
  const named = new Set(["policy", "x-amz-signature", "file"]);
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      const [[name = "", expected] = []] = Object.entries(condition);
      const given = name === "bucket" ? bucket : fields.get(name.toLowerCase());
      if (given !== expected) throw denied(`Policy Condition failed: ["eq", "$${name}", "${expected}"]`);
      named.add(name.toLowerCase());
    } else if (condition[0] === "content-length-range") {
      [range.min, range.max] = [Number(condition[1]), Number(condition[2])];
    } else throw denied(`there is no condition ${condition[0]} here`);
  }
  for (const name of fields.keys()) {
    if (!named.has(name) && !name.startsWith("x-ignore-")) throw denied(`Extra input fields: ${name}`);
  }
  return range;
}

function denied(why: string): Refusal {
  return new Refusal(403, "AccessDenied", `Invalid according to Policy: ${why}`);
}
