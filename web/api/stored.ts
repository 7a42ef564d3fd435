// A value that outlives a reload: in the browser's storage, in all tabs, and for components as a hook.
import { useSyncExternalStore } from "react";
import { sessions } from "./session.ts";

export interface Stored<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(changed: () => void): () => void;
}

/** Everything of ours in the browser begins with it, so that signing out finds it. */
const PREFIX = "dream-factory.";

/** Of the browser, whoever is signed in. `read`: what is there may be of an older page, or not ours: null makes it the first value. */
export function createStored<Value>(name: string, first: Value, read: (found: unknown) => Value | null): Stored<Value> {
  return createAt(() => PREFIX + name, first, read);
}

/** Of the user who is signed in, in those tabs alone where they are. */
export function createOwn<Value>(name: string, first: Value, read: (found: unknown) => Value | null): Stored<Value> {
  const keyNow = () => {
    const userId = sessions.get()?.userId;
    return userId === undefined ? null : `${PREFIX}${name}.${userId}`;
  };
  return createAt(keyNow, first, read);
}

export function useStored<Value>(stored: Stored<Value>): Value {
  return useSyncExternalStore(stored.subscribe, stored.get);
}

/** `keyNow`: null while there is nobody whose value it could be. */
function createAt<Value>(
  keyNow: () => string | null,
  first: Value,
  read: (found: unknown) => Value | null,
): Stored<Value> {
  let key = keyNow();
  let value = reading(key, read) ?? first;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  /** Whoever asks after another one has signed in gets theirs, in whichever order that is told. */
  const settle = () => {
    if (key === keyNow()) return;
    key = keyNow();
    value = reading(key, read) ?? first;
  };
  addEventListener("storage", (event) => {
    if (event.key !== key && event.key !== null) return;
    value = reading(key, read) ?? first;
    tell();
  });
  sessions.subscribe(tell);
  return {
    get() {
      settle();
      return value;
    },
    set(next) {
      settle();
      value = next;
      writing(key, next);
      tell();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

function reading<Value>(key: string | null, read: (found: unknown) => Value | null): Value | null {
  try {
    const text = key === null ? null : localStorage.getItem(key);
    return text === null ? null : read(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A full or forbidden storage loses nothing that is on the page. */
function writing(key: string | null, value: unknown): void {
  try {
    if (key !== null) localStorage.setItem(key, JSON.stringify(value));
  } catch {}
}
