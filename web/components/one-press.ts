// A press that pays counts once: what comes right behind it is a double click, a key that is held down, or impatience.
import { useRef } from "react";

/** Longer than any system waits for the second click of two. */
const SAME_PRESS_MS = 1000;

/** What the device says of the press that is being handled: it is the second click of two, or a key that is held down. A busy page may be told so late. */
let goesOn = false;
addEventListener("keydown", ({ repeat }) => (goesOn = repeat), true);
addEventListener("keyup", () => (goesOn = false), true);
addEventListener(
  "click",
  ({ detail }) => {
    // That of a key counts nothing.
    if (detail > 0) goesOn = detail > 1;
  },
  true,
);

/** Does it, unless the same has been pressed a moment ago. Who wants the same once more presses after that moment. */
export function useOnePress(): (act: () => void, what?: string) => void {
  const last = useRef({ what: "", at: Number.NEGATIVE_INFINITY });
  return (act, what = "") => {
    const now = performance.now();
    const isSame = last.current.what === what && (goesOn || now - last.current.at < SAME_PRESS_MS);
    last.current = { what, at: now };
    if (!isSame) act();
  };
}
