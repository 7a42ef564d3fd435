// A user as the table keeps them: the profile, and the login under the e-mail address.
import { AppError } from "../errors/app-error.ts";
import type { Item, ItemKey, Table } from "../ports/table.ts";

/** How often a change is tried against others before it gives up. */
export const MAX_TRIES = 8;

export type Role = "user" | "admin";

export interface User {
  id: string;
  username: string;
  /** Trimmed, in lower case. */
  email: string;
  role: Role;
  /** Tokens of another version have ended. */
  tokenVersion: number;
  /** Epoch milliseconds. */
  createdAt: number;
  /** When somebody has shown that they read mail at the address. Epoch milliseconds; absent: nobody yet. */
  verifiedAt?: number;
  /** Welcome credits that they get with that. */
  pendingWelcome?: number;
}

/** What a password opens. Its item makes the user exist: it is written last. */
export interface Login {
  userId: string;
  passwordHash: string;
  /** The version of tokens that this password may get; never above the profile's. */
  tokenVersion: number;
}

export interface Stored<T> {
  value: T;
  version: number;
}

export function profileKey(userId: string): ItemKey {
  return { partition: `user#${userId}`, sort: "profile" };
}

export function loginKey(email: string): ItemKey {
  return { partition: `email#${email}`, sort: "login" };
}

/** Null for a user who does not exist. */
export async function readUser(table: Table, userId: string): Promise<Stored<User> | null> {
  return stored(await table.get(profileKey(userId)));
}

/** Null for an address that nobody has registered. */
export async function readLogin(table: Table, email: string): Promise<Stored<Login> | null> {
  return stored(await table.get(loginKey(email)));
}

/** What the API shows. */
export function publicUser({ id, username, email, role, createdAt, verifiedAt }: User) {
  const emailVerified = verifiedAt !== undefined;
  return { userId: id, username, email, emailVerified, role, createdAt: new Date(createdAt).toISOString() };
}

/** For a write that lost against others again and again. */
export function busy(): AppError {
  return new AppError("unavailable", {
    message: "This account is being changed by others just now.",
    retryAfterMs: 1000,
  });
}

function stored<T>(item: Item | null): Stored<T> | null {
  return item && { value: item.data as T, version: item.version };
}
