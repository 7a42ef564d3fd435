// What was asked for and is not yet answered. It is written down before it is sent, with its key: whatever dies in between, it is made once.
import { type Client, DreamFactoryError, failureOf, type Job } from "dream-factory-client";
import { useEffect } from "react";
import type { Live } from "../api/live.ts";
import { pause } from "../api/pause.ts";
import { sessions } from "../api/session.ts";
import { createOwn } from "../api/stored.ts";
import { noticeEnd } from "../api/studio.tsx";
import { isRefused, newKey } from "../api/wish-key.ts";
import type { Body } from "./choices.ts";

export interface Wish {
  /** Its Idempotency-Key: the same for all tries. */
  key: string;
  /** Whose it is: nobody else sends it. */
  userId: string;
  route: "generateImage" | "generateVideo" | "generateSpeech" | "generateMusic";
  body: Body;
  at: number;
}

export const outbox = createOwn<readonly Wish[]>("outbox", [], (found) => (Array.isArray(found) ? found : null));

/** A key is good for a day; what is older might be made a second time. */
const LONGEST_MS = 23 * 3_600_000;

export function put(wish: Omit<Wish, "key" | "userId" | "at">): void {
  const userId = sessions.get()?.userId;
  if (userId === undefined) return;
  outbox.set([...outbox.get(), { ...wish, key: newKey(), userId, at: Date.now() }]);
}

export function takeOut(key: string): void {
  outbox.set(outbox.get().filter((wish) => wish.key !== key));
}

function isIn(key: string): boolean {
  return outbox.get().some((wish) => wish.key === key);
}

export interface Sender {
  client: Client;
  live: Live;
  sent(job: Job): void;
  refused(error: unknown): void;
  /** It may have been taken or not: it stays, and is sent again. Told once of each wish. */
  unanswered(error: unknown): void;
}

const FIRST_WAIT_MS = 3000;
const LONGEST_WAIT_MS = 60_000;

/** Sends what this user has put there, one after the other, for as long as they are signed in. */
export function useSending(sender: Sender, userId: string | null): void {
  useEffect(() => {
    if (userId === null) return;
    const leave = new AbortController();
    let wake = () => {};
    const stop = outbox.subscribe(() => wake());
    // At once: what is said from then on is said with the next one's token.
    const stay = sessions.subscribe(() => sessions.get()?.userId !== userId && leave.abort());
    const hearNetwork = () => wake();
    addEventListener("online", hearNetwork);
    void (async () => {
      const told = new Set<string>();
      let waitMs = FIRST_WAIT_MS;
      while (!leave.signal.aborted) {
        // Until something is put in; what was not answered waits for the network, or a while.
        const woken = new Promise<true>((resolve) => {
          wake = () => resolve(true);
        });
        const isDone = await sendAll(sender, userId, told, leave.signal);
        const isWoken = await Promise.race([woken, pause(isDone ? 2 ** 30 : waitMs, leave.signal)]);
        waitMs = isWoken ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      }
    })();
    return () => {
      leave.abort();
      stop();
      stay();
      removeEventListener("online", hearNetwork);
      wake();
    };
  }, [sender, userId]);
}

/** True when nothing is left. One that is not answered holds up none of the others. */
async function sendAll(sender: Sender, userId: string, told: Set<string>, signal: AbortSignal): Promise<boolean> {
  let isDone = true;
  for (const wish of outbox.get().filter((each) => each.userId === userId)) {
    if (signal.aborted) return false;
    // Cancelled while another one was sent.
    if (!isIn(wish.key)) continue;
    const error = await send(sender, wish, signal);
    if (error === null) continue;
    isDone = false;
    if (isSilent(error) || told.has(wish.key)) continue;
    told.add(wish.key);
    sender.unanswered(error);
  }
  return isDone;
}

/** Null when it has been answered, however; else why it has not. */
async function send({ client, sent, refused }: Sender, wish: Wish, signal: AbortSignal): Promise<unknown> {
  if (Date.now() - wish.at > LONGEST_MS) {
    takeOut(wish.key);
    return null;
  }
  // The client tries several times: what its user has cancelled meanwhile is not tried again.
  const cancel = new AbortController();
  const stop = outbox.subscribe(() => isIn(wish.key) || cancel.abort());
  try {
    const either = AbortSignal.any([signal, cancel.signal]);
    const job = await client[wish.route](wish.body, { idempotencyKey: wish.key, signal: either });
    // Some networks answer everything with a page of their own.
    if (typeof job?.id !== "string") throw new DreamFactoryError({ type: "not_understood", status: 200 }, "No job.");
    takeOut(wish.key);
    sent(job);
    return null;
  } catch (error) {
    noticeEnd(error);
    if (!isIn(wish.key)) return null;
    if (!isRefused(error)) return error;
    takeOut(wish.key);
    refused(error);
    return null;
  } finally {
    stop();
  }
}

/** The page tells of these by itself. */
function isSilent(error: unknown): boolean {
  const type = failureOf(error)?.type;
  return type === "no_connection" || type === "timed_out" || type === "aborted" || type === "unauthenticated";
}
