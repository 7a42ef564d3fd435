// What the wish would cost, from the server, as soon as it is clear what is wished.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useClient, useSession } from "../api/studio.tsx";
import type { Body } from "./choices.ts";
import type { Kind } from "./draft.ts";

export interface Wanted {
  kind: Kind;
  type: "image" | "video" | "audio";
  body: Body;
}

/** Null: nothing can be said yet. */
export function usePrice(wanted: Wanted | null) {
  const [client, session] = [useClient(), useSession()];
  const asked = useSettled(JSON.stringify(wanted && requestFor(wanted)), 250);
  return useQuery({
    queryKey: ["price", session?.userId, asked],
    queryFn: ({ signal }) => client.quote(JSON.parse(asked), { signal }),
    enabled: session !== null && !session.hasEnded && asked !== "null",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
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
