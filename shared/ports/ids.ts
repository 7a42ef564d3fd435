// Randomness, as a port: tests give it by hand.

export interface Ids {
  /** A new lower-case UUIDv7; later ones sort behind earlier ones of the same process. */
  uuid(): string;
  /** A new unguessable token of 22 characters of base64url (128 bits). */
  token(): string;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

/** What an id of ours looks like. */
export const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isUuidV7(value: string): boolean {
  return uuidV7.test(value);
}

/** What the id of a job looks like: one that a production has made is a UUIDv8, made of what it is for. */
export const jobIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isJobId(value: string): boolean {
  return jobIdPattern.test(value);
}

/** The job is a node of a production. */
export function isNodeJobId(jobId: string): boolean {
  return jobId[14] === "8";
}
