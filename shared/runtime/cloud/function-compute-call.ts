// What Function Compute says beside a call, in headers of its own: read, and taken off before anybody else sees them.
import type { IncomingMessage } from "node:http";
import { AppError } from "../../errors/app-error.ts";
import type { AliyunKey } from "./aliyun-role.ts";

const PREFIX = "x-fc-";

/** Null when the function has no role. Throws `invalid_request` when a header is there twice: one of them is not the platform's. */
export function takeCall(incoming: IncomingMessage): { key: AliyunKey | null } {
  const { headersDistinct, headers } = incoming;
  const own = Object.entries(headersDistinct).filter(([name]) => name.startsWith(PREFIX));
  // Joined to one header with a comma is twice as well: no key has one.
  if (own.some(([name, values]) => values?.length !== 1 || (isKey(name) && values[0]?.includes(",")))) {
    throw new AppError("invalid_request", {
      message: `Headers that begin with ${PREFIX} are the platform's own: leave them out.`,
    });
  }
  const said = new Map(own.map(([name, values]) => [name, values?.[0] ?? ""]));
  for (const [name] of own) {
    delete headers[name];
    delete headersDistinct[name];
  }
  return { key: keyOf(said) };
}

function isKey(name: string): boolean {
  return /access-key|token/.test(name);
}

function keyOf(said: ReadonlyMap<string, string>): AliyunKey | null {
  const accessKeyId = said.get(`${PREFIX}access-key-id`);
  const accessKeySecret = said.get(`${PREFIX}access-key-secret`);
  if (!accessKeyId || !accessKeySecret) return null;
  return { accessKeyId, accessKeySecret, securityToken: said.get(`${PREFIX}security-token`) || undefined };
}
