// A press that pays counts once: what comes right behind it is a double click, a key that is held down, or impatience.
import { useRef } from "react";

/** Longer than any system waits for the second click of two. */
const SAME_PRESS_MS = 1000;

/** Does it, unless the same has been pressed a moment ago. Who wants the same once more presses after that moment. */
export function useOnePress(): (act: () => void, what?: string) => void {
  const last = useRef({ what: "", at: Number.NEGATIVE_INFINITY });
  return (act, what = "") => {
    const now = performance.now();
    const isSame = last.current.what === what && now - last.current.at < SAME_PRESS_MS;
    last.current = { what, at: now };
    if (!isSame) act();
  };
}
