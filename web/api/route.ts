// Which part of the page is shown: behind the #, so that any file server will do.
import { useSyncExternalStore } from "react";

export const places = ["make", "works", "dramas", "credits", "account", "reset", "verify"] as const;
export type Place = (typeof places)[number];

export interface Route {
  place: Place;
  /** Of what is shown there. */
  id: string | null;
}

export function hrefOf(place: Place, id?: string): string {
  return id === undefined ? `#/${place}` : `#/${place}/${encodeURIComponent(id)}`;
}

export function go(place: Place, id?: string): void {
  location.hash = hrefOf(place, id);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(listen, () => location.hash);
  const [, name = "", id] = hash.split("/");
  return { place: places.find((each) => each === name) ?? "make", id: id ? decoded(id) : null };
}

function listen(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
