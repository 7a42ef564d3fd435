// Randomness, as a port: tests give it by hand.

export interface Ids {
  /** A new lower-case UUIDv7; later ones sort behind earlier ones of the same process. */
  uuid(): string;
  /** A new unguessable token of 22 characters of base64url (128 bits). */
  token(): string;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}
