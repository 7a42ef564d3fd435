// A project and what belongs to it, read under one name: whatever changes it has all of it read anew.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Character, each, isEnded, type Production, type ProductionNode, type Scene } from "dream-factory-client";
import { useCallback, useEffect, useMemo } from "react";
import { useUnderWay } from "../api/live-context.tsx";
import { useClient, useSession } from "../api/studio.tsx";

export function useProjects() {
  const [client, session] = [useClient(), useSession()];
  return useQuery({
    queryKey: ["projects", session?.userId],
    queryFn: ({ signal }) => client.listProjects({ limit: 100 }, { signal }),
  });
}

export function useProject(id: string) {
  const client = useClient();
  return useQuery({
    queryKey: [`project ${id}`, "itself"],
    queryFn: ({ signal }) => client.getProject(id, { signal }),
  });
}

export function useScenes(id: string, hasDraft: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: [`project ${id}`, "scenes"],
    queryFn: ({ signal }) => whole<Scene>((cursor) => client.listScenes(id, { limit: 100, cursor }, { signal })),
    enabled: hasDraft,
  });
}

export function useCharacters(id: string, hasDraft: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: [`project ${id}`, "characters"],
    queryFn: ({ signal }) =>
      whole<Character>((cursor) => client.listCharacters(id, { limit: 100, cursor }, { signal })),
    enabled: hasDraft,
  });
}

/** The newest one, as the feed has it while it goes on. */
export function useNewestProduction(projectId: string): Production | null {
  const client = useClient();
  const { productions } = useUnderWay();
  const { data } = useQuery({
    queryKey: [`project ${projectId}`, "productions"],
    queryFn: ({ signal }) => client.listProductions({ projectId, limit: 1 }, { signal }),
  });
  return productions.find((each) => each.projectId === projectId) ?? data?.items[0] ?? null;
}

/** A film from a sentence has its screenplay written on the way: the project is read anew with each part, until it has it. */
export function useWrittenOnTheWay(projectId: string, hasDraft: boolean, production: Production | null): void {
  const readAnew = useReadAnew(projectId);
  const made = production && !isEnded(production) ? `${production.made} of ${production.nodes}` : null;
  useEffect(() => {
    if (made !== null && !hasDraft) void readAnew();
  }, [made, hasDraft, readAnew]);
}

/** Its parts by their ids, read anew while they are made. */
export function useParts(production: Production | null): ReadonlyMap<string, ProductionNode> {
  const client = useClient();
  const id = production?.id ?? "";
  // What is made tells when to look; each look reads all of them, so no more often than that.
  const made = production ? `${production.round} ${production.made} ${production.running} ${production.status}` : "";
  const { data } = useQuery({
    queryKey: [`production ${id}`, "parts", made],
    queryFn: ({ signal }) =>
      whole<ProductionNode>((cursor) => client.listNodes(id, { limit: 100, cursor }, { signal })),
    enabled: id !== "",
    placeholderData: (before) => before,
    staleTime: production && isEnded(production) ? 60_000 : 1000,
  });
  return useMemo(() => new Map(data?.map((node) => [node.id, node])), [data]);
}

/** What a production would make now, and for how much. Null: it cannot be said. */
export function useFilmQuote(projectId: string, isWanted: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: [`project ${projectId}`, "quote"],
    queryFn: ({ signal }) => client.quoteProject(projectId, {}, { signal }),
    enabled: isWanted,
  });
}

export function useReadAnew(projectId: string): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries({ queryKey: [`project ${projectId}`] }), [queries, projectId]);
}

type Pages<Item> = Parameters<typeof each<Item>>[0];

async function whole<Item>(page: Pages<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of each(page)) items.push(item);
  return items;
}
