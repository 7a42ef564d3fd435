// Hooks for React over the same client. What a component asked for is given up when it goes, or asks for something else; jobs go on.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Client } from "./client.ts";
import { follow, followProduction } from "./follow.ts";
import type { FeedEvent, Job, Production, ProductionEvent } from "./generated/schema.ts";
import { untilGone } from "./until-gone.ts";
import { type ReadyUpload, type UploadOptions, upload } from "./upload.ts";
import { isEnded } from "./wait.ts";

export { type UsedJobs, useJobs } from "./use-jobs.ts";

export interface UsedJob extends Used<FeedEvent> {
  /** As it was read last: at the start, and when it has ended. */
  job: Job | null;
}

export interface UsedProduction extends Used<ProductionEvent> {
  /** As above; in between, `event` has its stage, its percentage and how many of its parts are made. */
  production: Production | null;
}

interface Used<Event> {
  /** The newest event. */
  event: Event | null;
  isEnded: boolean;
  /** A DreamFactoryError; it may go on all the same. */
  error: Error | null;
  /** Reads and follows it anew: for what has ended and goes on, after a retry or a resume. */
  refresh(): void;
}

/** A job, live. Null as id: none yet. */
export function useJob(client: Client, jobId: string | null): UsedJob {
  const { whole: job, ...used } = useFollowed(client, jobId, jobs);
  return { job, ...used };
}

/** A production, live. Null as id: none yet. */
export function useProduction(client: Client, productionId: string | null): UsedProduction {
  const { whole: production, ...used } = useFollowed(client, productionId, productions);
  return { production, ...used };
}

interface Kind<Whole, Event> {
  read(client: Client, id: string, signal: AbortSignal): Promise<Whole>;
  isEnded(whole: Whole): boolean;
  follow(client: Client, id: string, signal: AbortSignal): AsyncIterable<Event>;
  /** Only its last event has it. */
  wholeOf(event: Event): Whole | undefined;
}

const jobs: Kind<Job, FeedEvent> = {
  read: (client, id, signal) => client.getJob(id, { signal }),
  isEnded: (job) => isEnded(job),
  follow: (client, id, signal) => follow(client, id, { signal }),
  wholeOf: ({ job }) => job,
};

const productions: Kind<Production, ProductionEvent> = {
  read: (client, id, signal) => client.getProduction(id, { signal }),
  isEnded: (production) => isEnded(production),
  follow: (client, id, signal) => followProduction(client, id, { signal }),
  wholeOf: ({ production }) => production,
};

type Followed<Whole, Event> = Omit<Used<Event>, "refresh"> & { whole: Whole | null };

const nothingYet = { whole: null, event: null, isEnded: false, error: null };

function useFollowed<Whole, Event>(
  client: Client,
  id: string | null,
  kind: Kind<Whole, Event>,
): Used<Event> & { whole: Whole | null } {
  const [used, setUsed] = useState<Followed<Whole, Event>>(nothingYet);
  const [wanted, setWanted] = useState({});
  const refresh = useCallback(() => setWanted({}), []);
  const known = useRef(id);
  useEffect(() => {
    // What is read anew is shown until then.
    if (known.current !== id) setUsed(nothingYet);
    known.current = id;
    if (id === null) return;
    return untilGone(
      async (signal, tell) => {
        const first = await kind.read(client, id, signal);
        const hasEnded = kind.isEnded(first);
        tell(() => setUsed({ ...nothingYet, whole: first, isEnded: hasEnded }));
        if (hasEnded) return;
        for await (const event of kind.follow(client, id, signal)) {
          const last = kind.wholeOf(event);
          tell(() =>
            setUsed(({ whole }) => ({ whole: last ?? whole, event, isEnded: last !== undefined, error: null })),
          );
        }
      },
      (error) => setUsed((before) => ({ ...before, error })),
    );
  }, [client, id, kind, wanted]);
  return { ...used, refresh };
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
