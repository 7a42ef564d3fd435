// The folder store's signed uploads: a form whose fields say what may be sent, and a signature over them.
import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { SignedUpload, UploadRequest } from "../ports/object-store.ts";

/** Every field that stands in front of the file, and no other. */
const fieldNames = ["key", "Content-Type", "policy", "signature"];

export function signForm(secret: string, url: string, request: UploadRequest): SignedUpload {
  const { key, contentType, size, expiresAt } = request;
  const policy = Buffer.from(JSON.stringify({ key, contentType, size, expiresAt })).toString("base64url");
  const fields = { key, "Content-Type": contentType, policy, signature: sign(secret, policy) };
  return { method: "POST", url, fields };
}

/** What the fields allow. `forbidden` when they are not exactly those that were signed with the secret, or not any more. */
export function readSignedForm(secret: string, fields: ReadonlyMap<string, string>, now: number): UploadRequest {
  const { key, contentType, policy, signature } = readFields(fields);
  if (!isSame(sign(secret, policy), signature)) throw refused("The signature does not belong to these fields.");
  const request: UploadRequest = JSON.parse(Buffer.from(policy, "base64url").toString());
  if (key !== request.key) throw refused("This was signed for another key.");
  if (contentType !== request.contentType) throw refused("This was signed for another Content-Type.");
  if (now >= request.expiresAt) throw refused("The time for this upload is over. Ask for a new one.");
  return request;
}

function readFields(fields: ReadonlyMap<string, string>) {
  const [key, contentType, policy, signature] = fieldNames.map((name) => fields.get(name));
  const areAllThere = key !== undefined && contentType !== undefined && policy !== undefined && signature !== undefined;
  if (!areAllThere || fields.size !== fieldNames.length) {
    throw refused(
      `The form needs the fields ${fieldNames.join(", ")} as they were given, no other, and then the file.`,
    );
  }
  return { key, contentType, policy, signature };
}

function sign(secret: string, policy: string): string {
  return createHmac("sha256", secret).update(policy).digest("base64url");
}

/** As texts: several texts of base64 mean the same bytes. */
function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refused(message: string): AppError {
  return new AppError("forbidden", { message });
}
