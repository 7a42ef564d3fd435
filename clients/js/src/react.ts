// Hooks for React over the same client. What a component asked for is given up when it goes, or asks for something else; jobs go on.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Client } from "./client.ts";
import { follow } from "./follow.ts";
import type { FeedEvent, Job } from "./generated/schema.ts";
import type { Query } from "./of-operation.ts";
import { type ReadyUpload, type UploadOptions, upload } from "./upload.ts";
import { isEnded } from "./wait.ts";

export interface UsedJob {
  /** As it was read last: at the start, and when it has ended. */
  job: Job | null;
  /** The newest event: stage and progress. */
  event: FeedEvent | null;
  isEnded: boolean;
  /** A DreamFactoryError; the job may go on all the same. */
  error: Error | null;
}

const noJob: UsedJob = { job: null, event: null, isEnded: false, error: null };

/** A job, live. Null as id: none yet. */
export function useJob(client: Client, jobId: string | null): UsedJob {
  const [used, setUsed] = useState(noJob);
  useEffect(() => {
    setUsed(noJob);
    if (jobId === null) return;
    return untilGone(
      async (signal, tell) => {
        const first = await client.getJob(jobId, { signal });
        tell(() => setUsed({ ...noJob, job: first, isEnded: isEnded(first) }));
        if (isEnded(first)) return;
        for await (const event of follow(client, jobId, { signal })) {
          tell(() =>
            setUsed(({ job }) => ({ job: event.job ?? job, event, isEnded: event.job !== undefined, error: null })),
          );
        }
      },
      (error) => setUsed((before) => ({ ...before, error })),
    );
  }, [client, jobId]);
  return used;
}

export interface UsedJobs {
  jobs: readonly Job[];
  isLoading: boolean;
  hasMore: boolean;
  error: Error | null;
  /** The next page, behind those that are there. */
  loadMore(): void;
  /** From the first page on. */
  refresh(): void;
}

type Filters = Omit<Query<"listJobs">, "cursor">;

/** The user's jobs, newest first, page by page. */
export function useJobs(client: Client, { limit, status, type }: Filters = {}): UsedJobs {
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [wanted, setWanted] = useState<{ cursor: string | undefined }>({ cursor: undefined });
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<Error | null>(null);
  const refresh = useCallback(() => setWanted({ cursor: undefined }), []);
  const loadMore = useCallback(() => {
    if (next !== null && !isLoading) setWanted({ cursor: next });
  }, [next, isLoading]);
  // Another filter is another list: its first page, whatever was wanted before.
  const filter = JSON.stringify([limit, status, type]);
  const last = useRef(filter);
  useEffect(() => {
    const cursor = last.current === filter ? wanted.cursor : undefined;
    last.current = filter;
    setLoading(true);
    return untilGone(
      async (signal, tell) => {
        const page = await client.listJobs({ limit, status, type, cursor }, { signal });
        tell(() => {
          setJobs((before) => (cursor === undefined ? page.items : [...before, ...page.items]));
          setNext(page.nextCursor);
          setError(null);
          setLoading(false);
        });
      },
      (thrown) => {
        setError(thrown);
        setLoading(false);
      },
    );
  }, [client, filter, limit, status, type, wanted]);
  return { jobs, isLoading, hasMore: next !== null, error, loadMore, refresh };
}

export interface UsedUpload {
  status: "idle" | "sending" | "ready" | "failed";
  /** From 0 to 1. */
  progress: number;
  upload: ReadyUpload | null;
  error: Error | null;
  /** Sends a file; one that is still on its way is given up. */
  send(file: Blob, options?: Omit<UploadOptions, "signal" | "onProgress">): void;
  reset(): void;
}

const idle = { status: "idle", progress: 0, upload: null, error: null } as const;

export function useUpload(client: Client): UsedUpload {
  const [used, setUsed] = useState<Omit<UsedUpload, "send" | "reset">>(idle);
  const giveUp = useRef<() => void>(undefined);
  useEffect(() => () => giveUp.current?.(), []);
  const reset = useCallback(() => {
    giveUp.current?.();
    setUsed(idle);
  }, []);
  const send = useCallback<UsedUpload["send"]>(
    (file, options) => {
      giveUp.current?.();
      setUsed({ ...idle, status: "sending" });
      giveUp.current = untilGone(
        async (signal, tell) => {
          const onProgress = (progress: number) => tell(() => setUsed((before) => ({ ...before, progress })));
          const ready = await upload(client, file, { ...options, signal, onProgress });
          tell(() => setUsed({ status: "ready", progress: 1, upload: ready, error: null }));
        },
        (error) => setUsed((before) => ({ ...before, status: "failed", error })),
      );
    },
    [client],
  );
  return { ...used, send, reset };
}

/** Begins the work; answers what gives it up. From then on nothing is told. */
function untilGone(
  work: (signal: AbortSignal, tell: (change: () => void) => void) => Promise<void>,
  failed: (error: Error) => void,
): () => void {
  const { signal, abort } = withAbort();
  const tell = (change: () => void) => {
    if (!signal.aborted) change();
  };
  work(signal, tell).catch((error: unknown) =>
    tell(() => failed(error instanceof Error ? error : new Error(String(error)))),
  );
  return abort;
}

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
