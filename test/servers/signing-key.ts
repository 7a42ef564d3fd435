// What requests are signed with: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "Derive a signing key".
import { createHmac } from "node:crypto";

const known = new Map<string, Buffer>();

/** `scope`: day, region, service, `aws4_request`. Derived once for each: every request of a day is signed with it. */
export function signingKeyOf(secret: string, scope: readonly string[]): Buffer {
  const name = [secret, ...scope].join("\n");
  const key =
    known.get(name) ??
    scope.reduce<Buffer>(
      (derived, part) => createHmac("sha256", derived).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
  known.set(name, key);
  return key;
}
