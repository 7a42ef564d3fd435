// Who is signed in. The token lies in this tab's storage, or in the browser's where the user wants to stay signed in: see web/README.md, Token.
import type { Session as Given } from "dream-factory-client";
import { forgetUser } from "./stored.ts";

export interface Session {
  token: string;
  userId: string;
  email: string;
  /** The server takes the token no more. What is on the page stays until somebody has signed in again. */
  hasEnded: boolean;
}

const KEY = "dream-factory.session";
/** What belongs to the browser rather than to a user. */
const kept = ["language", "theme"];

let session = read();
const listeners = new Set<() => void>();

export const sessions = {
  get: (): Session | null => session,
  subscribe(changed: () => void): () => void {
    listeners.add(changed);
    return () => listeners.delete(changed);
  },
  begin({ token, userId, email }: Given, isKept: boolean): void {
    const other = isKept ? sessionStorage : localStorage;
    other.removeItem(KEY);
    (isKept ? localStorage : sessionStorage).setItem(KEY, JSON.stringify({ token, userId, email }));
    change({ token, userId, email, hasEnded: false });
  },
  /** Another token for the same user, kept where the one before was. */
  renew(token: string): void {
    if (!session) return;
    const { userId, email } = session;
    const place = localStorage.getItem(KEY) === null ? sessionStorage : localStorage;
    place.setItem(KEY, JSON.stringify({ token, userId, email }));
    change({ token, userId, email, hasEnded: false });
  },
  /** `token`: the one that was refused. A newer one may be there by now. */
  expire(token: string | null): void {
    if (session && session.token === token && !session.hasEnded) change({ ...session, hasEnded: true });
  },
  end(): void {
    forgetUser(kept);
    change(null);
  },
};

// Another tab has signed out, or in again.
addEventListener("storage", (event) => {
  if (event.key !== KEY && event.key !== null) return;
  if (sessionStorage.getItem(KEY) === null) change(read());
});

function change(next: Session | null): void {
  session = next;
  for (const listener of listeners) listener();
}

function read(): Session | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "null");
    const isOurs = [found?.token, found?.userId, found?.email].every((each) => typeof each === "string");
    return isOurs ? { token: found.token, userId: found.userId, email: found.email, hasEnded: false } : null;
  } catch {
    return null;
  }
}
