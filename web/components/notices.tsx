// Short words about what has just happened. They are read out, and go by themselves.
import { useSyncExternalStore } from "react";

interface Notice {
  id: number;
  text: string;
  isBad: boolean;
}

const SHOWN_MS = 6000;
let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<() => void>();

export function notice(text: string, { isBad = false } = {}): void {
  last += 1;
  const id = last;
  change([...notices.slice(-2), { id, text, isBad }]);
  setTimeout(() => change(notices.filter((each) => each.id !== id)), SHOWN_MS);
}

function change(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Notices() {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(({ id, text, isBad }) => (
        <p key={id} className={isBad ? "notice bad" : "notice"}>
          {text}
        </p>
      ))}
    </div>
  );
}
