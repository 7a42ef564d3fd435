// The two secrets that serverless.yml reads out of Secrets Manager: made where they lack, never replaced by themselves.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Step, stop, there, todo } from "../steps.ts";
import { type AwsAccount, AwsRefusal } from "./account.ts";

/** RFC 7518, 3.2: a key of HS256 has at least as many. */
const LEAST_BYTES = 32;

export function tokenSecret(account: AwsAccount, name: string): Step {
  return {
    name: "secret for tokens",
    async look() {
      const found = await secretOf(account, name);
      if (found === null) return todo(`${name} would be made, of 48 random bytes`);
      if (found === "ending") return stop(ending(name));
      return Buffer.byteLength(found.text) >= LEAST_BYTES
        ? there(name)
        : stop(`${name} has fewer than ${LEAST_BYTES} bytes: put a longer one there; everybody logs in again then`);
    },
    async make() {
      await create(account, name, randomBytes(48).toString("base64"));
      return `${name} was made`;
    },
  };
}

/** `file`: where the operator has them; null: nobody said. */
export function vendorSecret(account: AwsAccount, name: string, file: string | null): Step {
  return {
    name: "keys of vendors",
    async look() {
      const [found, wanted] = [await secretOf(account, name), file === null ? null : await keysIn(file)];
      if (found === "ending") return stop(ending(name));
      if (found === null && wanted === null)
        return stop(`there is no secret ${name}: say --vendor-keys with a file of JSON, {"FAL_API_KEY":"…"}`);
      if (found !== null && (wanted === null || sameKeys(found.text, wanted))) return there(name);
      return todo(`${name} would be ${found === null ? "made" : "written anew"} from ${file}`);
    },
    async make() {
      const text = JSON.stringify(await keysIn(file ?? ""));
      if ((await secretOf(account, name)) === null) await create(account, name, text);
      else
        await account.json("secretsmanager", "secretsmanager.PutSecretValue", { SecretId: name, SecretString: text });
      return `${name} has what ${file} says`;
    },
  };
}

async function secretOf(account: AwsAccount, name: string): Promise<{ text: string } | "ending" | null> {
  try {
    const answer = await account.json("secretsmanager", "secretsmanager.GetSecretValue", { SecretId: name });
    return { text: String(answer.SecretString ?? "") };
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    if (error.code === "ResourceNotFoundException") return null;
    // "You can't perform this operation on the secret because it was marked for deletion."
    if (error.code === "InvalidRequestException" && /deletion/.test(error.message)) return "ending";
    throw error;
  }
}

/** Two that deploy at once: the first one's counts. */
async function create(account: AwsAccount, name: string, text: string): Promise<void> {
  try {
    await account.json("secretsmanager", "secretsmanager.CreateSecret", {
      ...{ Name: name, SecretString: text, ClientRequestToken: crypto.randomUUID() },
      Tags: [{ Key: "application", Value: "dream-factory" }],
    });
  } catch (error) {
    if (!(error instanceof AwsRefusal && error.code === "ResourceExistsException")) throw error;
  }
}

function ending(name: string): string {
  return `${name} is marked for deletion: aws secretsmanager restore-secret --secret-id ${name}`;
}

async function keysIn(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`There is no file ${file}.`);
  });
  const keys = jsonOf(text);
  const isFine = keys !== null && Object.values(keys).every((value) => typeof value === "string");
  if (!isFine) throw new Error(`${file} must be a JSON object of texts: {"FAL_API_KEY":"…"}.`);
  return keys as Record<string, string>;
}

function sameKeys(text: string, wanted: Record<string, string>): boolean {
  const keys = jsonOf(text);
  const sorted = (of: object) => JSON.stringify(Object.entries(of).sort());
  return keys !== null && sorted(keys) === sorted(wanted);
}

function jsonOf(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
