// The secret for tokens, which on Alibaba Cloud lies with whoever deploys and goes into each function's environment; and the keys of vendors beside it.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Step, stop, there, todo } from "../steps.ts";
import { type AliyunAccount, AliyunRefusal } from "./account.ts";

const LEAST_BYTES = 32;

/** `app`: how the names of functions begin. `found` hears of the secret. */
export function tokenSecret(account: AliyunAccount, app: string, file: string, found: (secret: string) => void): Step {
  return {
    name: "secret for tokens",
    async look() {
      const secret = await textOf(file);
      if (secret !== null) {
        if (Buffer.byteLength(secret) < LEAST_BYTES) return stop(`${file} has fewer than ${LEAST_BYTES} bytes`);
        found(secret);
        return there(file);
      }
      // With another secret every token would end, and what vendors were told to call.
      if (await isDeployed(account, `${app}-health`))
        return stop(
          `the functions ${app}-… have a secret, and ${file} is not on this machine: bring it, or write a new one there, and everybody logs in again`,
        );
      return todo(`${file} would be made, of 48 random bytes: keep it`);
    },
    async make() {
      const secret = randomBytes(48).toString("base64");
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      // Two at once: the first one's stays, and this one ends.
      await writeFile(file, `${secret}\n`, { mode: 0o600, flag: "wx" });
      found(secret);
      return `${file} was made: keep it where you keep secrets`;
    },
  };
}

/** Throws an Error of one sentence for a file that is none of keys. */
export async function vendorKeysIn(file: string): Promise<string> {
  const text = await textOf(file);
  try {
    const keys: unknown = JSON.parse(text ?? "");
    if (typeof keys === "object" && keys !== null && Object.values(keys).every((value) => typeof value === "string"))
      return JSON.stringify(keys);
  } catch {
    // Said below.
  }
  throw new Error(`${file} must be a JSON object of texts: {"DASHSCOPE_API_KEY":"…"}.`);
}

async function textOf(file: string): Promise<string | null> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

async function isDeployed(account: AliyunAccount, name: string): Promise<boolean> {
  try {
    const path = `/2023-03-30/functions/${name}`;
    await account.roa(`fcv3.${account.region}.aliyuncs.com`, "2023-03-30", "GetFunction", { method: "GET", path });
    return true;
  } catch (error) {
    if (error instanceof AliyunRefusal && error.status === 404) return false;
    throw error;
  }
}
