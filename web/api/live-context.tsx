// Keeps the feed open while somebody is signed in, and what has been read in step with it.
import { useQueryClient } from "@tanstack/react-query";
import type { Client, Job } from "dream-factory-client";
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { listen } from "./listen.ts";
import { createLive, type Live, type LiveState, useLive } from "./live.ts";
import { createOwn } from "./stored.ts";
import { useClient, useSession } from "./studio.tsx";

const LiveContext = createContext<Live | null>(null);

/** Failed jobs that their user has seen: they are shown no more among what is under way. */
export const putAways = createOwn<readonly string[]>("put-away", [], (found) =>
  Array.isArray(found) ? found.filter((each) => typeof each === "string") : null,
);

/** For so long a failure is shown by itself when the page is opened anew. */
const FRESH_MS = 24 * 3_600_000;

export function LiveProvider({ onEnded, children }: { onEnded(job: Job): void; children: ReactNode }) {
  const [client, session, queries] = [useClient(), useSession(), useQueryClient()];
  const live = useMemo<Live>(() => {
    const readAnew = gathered((name) => queries.invalidateQueries({ queryKey: [name] }));
    const made: Live = createLive({
      ended({ job, production }) {
        if (job) onEnded(job);
        const projectId = job?.project?.id ?? production?.projectId;
        readAnew("credits", ...(projectId ? [`project ${projectId}`, "projects"] : ["works"]));
      },
      missed: () => readAnew("credits", "works", "projects"),
      vanished: (jobId) => void readEnd(client, made, jobId),
      moved: ({ id }) => readAnew(`production ${id}`),
      back: () => void queries.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" }),
    });
    return made;
  }, [client, queries, onEnded]);

  const token = session && !session.hasEnded ? session.token : null;
  useEffect(() => {
    if (token === null) return;
    const leave = new AbortController();
    void listen(client, live, leave.signal);
    void readFailures(client, live);
    return () => leave.abort();
  }, [client, live, token]);

  const userId = session?.userId;
  useEffect(() => () => live.clear(), [live, userId]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

export function useLiveStore(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("There is no LiveProvider around this component.");
  return live;
}

export function useUnderWay(): LiveState {
  return useLive(useLiveStore());
}

/** Many endings in one moment are one reason to read. */
function gathered(read: (name: string) => void, ms = 120): (...names: string[]) => void {
  const wanted = new Set<string>();
  return (...names) => {
    if (wanted.size === 0) {
      setTimeout(() => {
        const now = [...wanted];
        wanted.clear();
        for (const name of now) read(name);
      }, ms);
    }
    for (const name of names) wanted.add(name);
  };
}

const beingRead = new Set<string>();

async function readEnd(client: Client, live: Live, jobId: string): Promise<void> {
  if (beingRead.has(jobId)) return;
  beingRead.add(jobId);
  const job = await client.getJob(jobId).catch(() => null);
  beingRead.delete(jobId);
  if (job) live.hear({ event: "ended", data: { jobId, job } });
  else live.putAway(jobId);
}

/** What failed while nobody looked. */
async function readFailures(client: Client, live: Live): Promise<void> {
  const page = await client.listJobs({ status: "failed", limit: 5 }).catch(() => null);
  const known = new Set(putAways.get());
  for (const job of page?.items ?? []) {
    const isFresh = Date.now() - Date.parse(job.updatedAt) < FRESH_MS;
    if (isFresh && !known.has(job.id) && !job.project) live.add(job);
  }
}
