// What was asked for and is not yet answered. It is written down before it is sent, with its key: whatever dies in between, it is made once.
import { type Client, failureOf, type Job } from "dream-factory-client";
import { useEffect } from "react";
import type { Live } from "../api/live.ts";
import { pause } from "../api/pause.ts";
import { sessions } from "../api/session.ts";
import { createOwn } from "../api/stored.ts";
import { noticeEnd } from "../api/studio.tsx";
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
  const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join("-");
  outbox.set([...outbox.get(), { ...wish, key, userId, at: Date.now() }]);
}

export function takeOut(key: string): void {
  outbox.set(outbox.get().filter((wish) => wish.key !== key));
}

export interface Sender {
  client: Client;
  live: Live;
  sent(job: Job): void;
  refused(error: unknown): void;
}

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
      while (!leave.signal.aborted) {
        const wish = outbox.get().find((each) => each.userId === userId);
        const isSent = wish ? await send(sender, wish, leave.signal) : false;
        if (isSent) continue;
        // Until something is put in; what could not be sent waits for the network, or a while.
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([woken, pause(wish ? 3000 : 2 ** 30, leave.signal)]);
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

/** True when it has been answered, however. */
async function send({ client, sent, refused }: Sender, wish: Wish, signal: AbortSignal): Promise<boolean> {
  if (Date.now() - wish.at > LONGEST_MS) {
    takeOut(wish.key);
    return true;
  }
  try {
    const job = await client[wish.route](wish.body, { idempotencyKey: wish.key, signal });
    takeOut(wish.key);
    sent(job);
    return true;
  } catch (error) {
    const type = failureOf(error)?.type;
    noticeEnd(error);
    if (type === "no_connection" || type === "timed_out" || type === "aborted" || type === "unauthenticated")
      return false;
    takeOut(wish.key);
    refused(error);
    return true;
  }
}
