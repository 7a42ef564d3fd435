// A value that outlives a reload: in the browser's storage, in all tabs, and for components as a hook.
import { useSyncExternalStore } from "react";

export interface Stored<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(changed: () => void): () => void;
}

/** Everything of ours in the browser begins with it, so that signing out finds it. */
const PREFIX = "dream-factory.";

/** `read`: what is there may be of an older page, or not ours: null makes it the first value. */
export function createStored<Value>(name: string, first: Value, read: (found: unknown) => Value | null): Stored<Value> {
  const key = PREFIX + name;
  let value = reading(key, read) ?? first;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  addEventListener("storage", (event) => {
    if (event.key !== key && event.key !== null) return;
    value = reading(key, read) ?? first;
    tell();
  });
  cleared.add(() => {
    value = first;
    tell();
  });
  return {
    get: () => value,
    set(next) {
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

export function useStored<Value>(stored: Stored<Value>): Value {
  return useSyncExternalStore(stored.subscribe, stored.get);
}

const cleared = new Set<() => void>();

/** What a signed-in user has left here goes; what the browser prefers (`kept`) stays. */
export function forgetUser(kept: readonly string[]): void {
  for (const storage of [localStorage, sessionStorage]) {
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    for (const key of keys) {
      if (key.startsWith(PREFIX) && !kept.includes(key.slice(PREFIX.length))) storage.removeItem(key);
    }
  }
  for (const forget of cleared) forget();
}

function reading<Value>(key: string, read: (found: unknown) => Value | null): Value | null {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : read(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A full or forbidden storage loses nothing that is on the page. */
function writing(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {}
}
