// The Idempotency-Key of a wish: all of its tries have the same one, so that it is made and charged once.
import { failureOf } from "dream-factory-client";
import { useRef } from "react";

export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join("-");
}

/**
 * The API itself has said no: nothing is made, and nothing is charged. After anything else, as a proxy's page or a 5xx, nobody knows whether the wish was
 * taken, and only the same key may ask again. A token that has ended says nothing about the wish.
 */
export function isRefused(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure === null) return true;
  return "requestId" in failure && failure.status < 500 && failure.type !== "unauthenticated";
}

export interface WishKeys {
  /** The same for the same wish, until that was answered. */
  of(wish: string): string;
  /** `error`: absent when it was taken. */
  answered(error?: unknown): void;
}

/** For a button: whoever presses again because no answer came asks for the same wish. */
export function useWishKeys(): WishKeys {
  const last = useRef<{ wish: string; key: string } | null>(null);
  return {
    of(wish) {
      if (last.current?.wish !== wish) last.current = { wish, key: newKey() };
      return last.current.key;
    },
    answered(error) {
      if (error === undefined || isRefused(error)) last.current = null;
    },
  };
}
