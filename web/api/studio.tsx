// What all of the page's components ask for: the client, and who is signed in.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { type Client, failureOf } from "dream-factory-client";
import { createContext, useContext, useSyncExternalStore } from "react";
import { type Session, sessions } from "./session.ts";

const ClientContext = createContext<Client | null>(null);

export const ClientProvider = ClientContext.Provider;

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("There is no ClientProvider around this component.");
  return client;
}

export function useSession(): Session | null {
  return useSyncExternalStore(sessions.subscribe, sessions.get);
}

export function createQueries(): QueryClient {
  const onError = (error: Error) => noticeEnd(error);
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The client tries again by itself; here only what never was an answer.
      queries: { retry: (count, error) => isUnanswered(error) && count < 3, staleTime: 10_000 },
      mutations: { retry: false },
    },
  });
  forgetWithUser(queries);
  return queries;
}

/** What one user has read is not for the next one. */
function forgetWithUser(queries: QueryClient): void {
  let userId = sessions.get()?.userId;
  sessions.subscribe(() => {
    const now = sessions.get()?.userId;
    if (now === userId) return;
    userId = now;
    // Behind the components of the user who has gone.
    setTimeout(() => queries.removeQueries({ type: "inactive" }));
  });
}

/** A token that the server takes no more: whoever meets it, the page asks to sign in again. */
export function noticeEnd(error: unknown): void {
  if (failureOf(error)?.type === "unauthenticated") sessions.expire(sessions.get()?.token ?? null);
}

function isUnanswered(error: Error): boolean {
  const type = failureOf(error)?.type;
  return type === "no_connection" || type === "timed_out";
}
