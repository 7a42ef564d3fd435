// A store in a cloud tells its own functions of new objects, but not this process: here it hears of those that it made itself. Others,
// such as signed uploads, are found by the timers.
import type { ObjectInfo, ObjectStore } from "../../ports/object-store.ts";

/** `onCreated` is called after each put and copy that made or replaced an object. What it throws goes nowhere. */
export function announcing(store: ObjectStore, onCreated: (info: ObjectInfo) => void): ObjectStore {
  const announce = (info: ObjectInfo) => void new Promise((done) => done(onCreated(info))).catch(() => {});
  return {
    ...store,

    async put(key, body, options) {
      const info = await store.put(key, body, options);
      if (info) announce(info);
      return info;
    },

    async copy(from, to, options) {
      const outcome = await store.copy(from, to, options);
      if (outcome.state === "copied") announce(outcome.info);
      return outcome;
    },
  };
}
