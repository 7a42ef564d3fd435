// What is read from the server, under which name, so that everything that shows it shows the same.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Model } from "dream-factory-client";
import { useMemo } from "react";
import { useClient, useSession } from "./studio.tsx";

export function useCredits() {
  const [client, session] = [useClient(), useSession()];
  return useQuery({
    queryKey: ["credits", session?.userId],
    queryFn: ({ signal }) => client.getCredits({ signal }),
    enabled: session !== null && !session.hasEnded,
  });
}

export function useMe() {
  const [client, session] = [useClient(), useSession()];
  return useQuery({
    queryKey: ["me", session?.userId],
    queryFn: ({ signal }) => client.getMe({ signal }),
    enabled: session !== null && !session.hasEnded,
  });
}

const none: readonly Model[] = [];

/** Those that can be used here. Who may choose among many wants no list of what there is not. */
export function useModels(): { models: readonly Model[]; isLoading: boolean } {
  const client = useClient();
  const { data, isLoading } = useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => client.listModels({ signal }),
    staleTime: 5 * 60_000,
  });
  const models = useMemo(() => data?.items.filter(({ available }) => available) ?? none, [data]);
  return { models, isLoading };
}

export interface WorksFilter {
  type?: string | undefined;
  search?: string | undefined;
}

const PAGE = 40;
/** Texts are parts of dramas. */
const seen = "image,video,audio";

/** Completed jobs, newest first, page by page. */
export function useWorks({ type, search }: WorksFilter = {}) {
  const [client, session] = [useClient(), useSession()];
  const query = useInfiniteQuery({
    queryKey: ["works", session?.userId, type, search],
    queryFn: ({ pageParam, signal }) =>
      client.listJobs({ limit: PAGE, cursor: pageParam, status: "completed", type: type ?? seen, search }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled: session !== null && !session.hasEnded,
  });
  const jobs = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  return { ...query, jobs };
}

/** Whether the server sends mail. Not before that is known; one that cannot say it just now is asked when it comes to it. */
export function useSendsMail(): boolean {
  const client = useClient();
  const { data, isError } = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => client.health({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data?.sendsMail ?? isError;
}
