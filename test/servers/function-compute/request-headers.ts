// The headers that Function Compute itself puts on each request:
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/basic-principles, "Common request headers".

/** Temporary, of the function's role. */
export interface RoleCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
}

export interface Identity {
  name: string;
  region: string;
  memoryMb: number;
  accountId: string;
  role: RoleCredentials | null;
}

/** Names and values in turn. */
export function platformHeaders(given: Identity & { requestId: string }): string[] {
  const { role } = given;
  const credentials = role && {
    "x-fc-access-key-id": role.accessKeyId,
    "x-fc-access-key-secret": role.accessKeySecret,
    "x-fc-security-token": role.securityToken,
  };
  return Object.entries({
    "x-fc-request-id": given.requestId,
    ...credentials,
    "x-fc-function-name": given.name,
    "x-fc-function-handler": "index.handler",
    "x-fc-function-memory": String(given.memoryMb),
    "x-fc-region": given.region,
    "x-fc-account-id": given.accountId,
    "x-fc-qualifier": "LATEST",
    "x-fc-version-id": "",
    "x-fc-control-path": "/http-invoke",
  }).flat();
}

/** "x-fc-*, connection, keep-alive" are reserved. */
export function withoutPlatformHeaders(headers: readonly string[], keepsClientHeaders: boolean): string[] {
  const isKept = (name: string) =>
    name !== "connection" && name !== "keep-alive" && (keepsClientHeaders || !name.startsWith("x-fc-"));
  return pairs(headers)
    .filter(([name]) => isKept(name.toLowerCase()))
    .flat();
}

/** The first with this name, in lower case. */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  return pairs(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}

export function pairs(headers: readonly string[]): [name: string, value: string][] {
  return headers.flatMap((name, n): [string, string][] => (n % 2 === 0 ? [[name, headers[n + 1] ?? ""]] : []));
}
