// What the wish would cost, from the server, as soon as it is clear what is wished.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useClient, useSession } from "../api/studio.tsx";
import type { Body } from "./choices.ts";
import type { Kind } from "./draft.ts";

export interface Wanted {
  kind: Kind;
  type: "image" | "video" | "audio";
  body: Body;
}

export interface Price {
  /** Of this very wish. Null while it is not known. */
  price: number | null;
  /** Why it cannot be said. */
  error: Error | null;
  askAgain(): void;
}

/** `wanted`: null while nothing can be said yet. */
export function usePrice(wanted: Wanted | null): Price {
  const [client, session] = [useClient(), useSession()];
  const now = JSON.stringify(wanted && requestFor(wanted));
  const asked = useSettled(now, 250);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["price", session?.userId, asked],
    queryFn: ({ signal }) => client.quote(JSON.parse(asked), { signal }),
    enabled: session !== null && !session.hasEnded && asked !== "null",
    staleTime: 60_000,
  });
  // What was wished a moment ago had another one.
  const isOfThis = asked === now && asked !== "null";
  return {
    price: isOfThis && data ? data.price : null,
    error: isOfThis && !data && !isFetching ? error : null,
    askAgain: () => void refetch(),
  };
}

/** Words cost nothing, but where they are spoken: else each letter would be asked about. */
function requestFor({ kind, type, body }: Wanted) {
  const { prompt, inputs, seed: _, ...rest } = body;
  const sound = kind === "speech" || kind === "music" ? { sound: kind } : {};
  const words = kind === "speech" ? prompt?.trim() || "…" : "…";
  const isKept = kind === "keep";
  return { ...rest, type, ...sound, ...(!isKept && { prompt: words }), ...(inputs && inputs.length > 0 && { inputs }) };
}

function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
