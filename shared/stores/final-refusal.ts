// A refusal that stays one until the operator has changed something, and what the log tells him.

export interface FinalRefusal {
  status: number;
  /** The store's, such as `AccessDenied`; may be empty. */
  code: string;
  /** The store's own words. */
  message: string;
}

/**
 * Of what is wrong with the request itself, or with the rights of whoever sends it. 404 is not among them: there is no object, or the bucket
 * is gone, which is an outage; nor are conditions that do not hold (409, 412, 416), nor what comes too fast or too late (408, 429).
 */
const finalStatuses = [301, 400, 401, 403, 405, 411, 413, 501, 505];

/** Bytes that came otherwise than they were sent, or parts that are gone: the next try sends them anew. */
const damageCodes = [
  ...["BadDigest", "InvalidDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "RequestTimeout"],
  ...["InvalidPart", "InvalidPartOrder", "NoSuchUpload"],
];

/** `passes`: the vendor's codes of what passes by itself. An answer without words may mean anything, but for 501. */
export function isFinalRefusal(
  { status, code, message }: { status: number | undefined; code: string; message: string },
  passes: readonly string[],
): boolean {
  if (status === undefined || !finalStatuses.includes(status) || passes.includes(code)) return false;
  if (status === 501) return true;
  return code !== "" && !damageCodes.includes(code) && !/expired|skew/i.test(message);
}

/** For the log: what was refused, and what to do. */
export function tellOperator({ status, code, message }: FinalRefusal): string {
  const said = [status, code].filter((part) => part !== "").join(" ");
  const words = message === "" || message === code ? said : `${said}: ${message}`;
  return `The object store refuses for good: ${words.replace(/[.\s]+$/, "")}. ${adviceFor({ status, code })}`;
}

export function adviceFor({ status, code }: { status: number; code: string }): string {
  if (code === "SignatureDoesNotMatch") return "Check the secret that belongs to the key.";
  if (status === 401 || status === 403) {
    return "Give the key or the role its rights on this bucket: to read, write, list and delete what lies in it.";
  }
  if (status === 405 || status === 501) {
    return "Take a store, or a release of it, that can do this, and see that STORAGE_PROVIDER names the right one.";
  }
  return "Check the settings of the store: its endpoint, region and bucket.";
}
