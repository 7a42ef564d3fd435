// Who is signed in. The token lies in this tab's storage, or in the browser's where the user wants to stay signed in: see web/README.md, Token.
import type { Session as Given } from "dream-factory-client";

export interface Session {
  token: string;
  userId: string;
  email: string;
  /** The server takes the token no more. What is on the page stays until somebody has signed in again. */
  hasEnded: boolean;
}

const PREFIX = "dream-factory.";
const KEY = `${PREFIX}session`;
/** Ids of those who have signed out on this device, for tabs that have a session of their own, and for those that slept meanwhile. */
const SIGNED_OUT = `${PREFIX}signed-out`;
const MOST_SIGNED_OUT = 50;
/** What belongs to the browser rather than to a user. */
const kept = ["language", "theme", "signed-out"];

let session = read();
const listeners = new Set<() => void>();

export const sessions = {
  get: (): Session | null => session,
  subscribe(changed: () => void): () => void {
    listeners.add(changed);
    return () => listeners.delete(changed);
  },
  begin({ token, userId, email }: Given, isKept: boolean): void {
    const [place, other] = isKept ? [localStorage, sessionStorage] : [sessionStorage, localStorage];
    // Somebody else may stay signed in in the browser's other tabs.
    if (isKept || foundIn(other)?.userId === userId) other.removeItem(KEY);
    place.setItem(KEY, JSON.stringify({ token, userId, email }));
    markSignedOut(signedOut().filter((each) => each !== userId));
    change({ token, userId, email, hasEnded: false });
  },
  /** Another token for the same user, kept where the one before was. */
  renew(token: string): void {
    if (!session) return;
    const { userId, email } = session;
    placeOfOurs().setItem(KEY, JSON.stringify({ token, userId, email }));
    change({ token, userId, email, hasEnded: false });
  },
  /** It outlives the tab. */
  isKept: (): boolean => placeOfOurs() === localStorage,
  /** `token`: the one that was refused. A newer one may be there by now. */
  expire(token: string | null): void {
    if (session && session.token === token && !session.hasEnded) change({ ...session, hasEnded: true });
  },
  end(): void {
    if (session) {
      const { userId } = session;
      forget(userId);
      markSignedOut([userId, ...signedOut().filter((each) => each !== userId)].slice(0, MOST_SIGNED_OUT));
    }
    change(null);
  },
};

// Another tab has signed out, or in again. Who is signed in in this tab alone stays, unless it was they who signed out.
addEventListener("storage", ({ key }) => {
  if (key === KEY || key === SIGNED_OUT || key === null) look();
});
// A page that one comes back to has heard nothing meanwhile.
addEventListener("pageshow", look);

function look(): void {
  const next = read();
  if (next?.token !== session?.token) change(next);
}

function change(next: Session | null): void {
  session = next;
  for (const listener of listeners) listener();
}

/** The tab's own one comes first. */
function read(): Session | null {
  const own = foundIn(sessionStorage);
  if (own && signedOut().includes(own.userId)) forget(own.userId);
  return foundIn(sessionStorage) ?? foundIn(localStorage);
}

function signedOut(): string[] {
  try {
    const found = JSON.parse(localStorage.getItem(SIGNED_OUT) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** A storage that is full or forbidden leaves other tabs as they are. */
function markSignedOut(userIds: readonly string[]): void {
  try {
    if (userIds.length === 0) localStorage.removeItem(SIGNED_OUT);
    else localStorage.setItem(SIGNED_OUT, JSON.stringify(userIds));
  } catch {}
}

function placeOfOurs(): Storage {
  return foundIn(sessionStorage) ? sessionStorage : localStorage;
}

function foundIn(storage: Storage): Session | null {
  try {
    const found = JSON.parse(storage.getItem(KEY) ?? "null");
    const isOurs = [found?.token, found?.userId, found?.email].every((each) => typeof each === "string");
    return isOurs ? { token: found.token, userId: found.userId, email: found.email, hasEnded: false } : null;
  } catch {
    return null;
  }
}

/** What this user has left here goes, and what does not say whose it is; what the browser prefers and others have left stays. */
function forget(userId: string): void {
  for (const storage of [localStorage, sessionStorage]) {
    const isSignedInHere = foundIn(storage)?.userId === userId;
    for (const key of Object.keys(storage)) {
      if (!key.startsWith(PREFIX)) continue;
      const [name = "", owner] = key.slice(PREFIX.length).split(".");
      const isTheirs = key === KEY ? isSignedInHere : owner === userId || (!owner && !kept.includes(name));
      if (isTheirs) storage.removeItem(key);
    }
  }
}
