// How many streams a user may have open at a time. Each of them reads the table once a second, for minutes.
import { AppError } from "../errors/app-error.ts";
import type { StreamedBody } from "../events/http.ts";
import { endingWith } from "./ending-with.ts";

/** In one process. Where an instance serves one request at a time, the platform's own limit stands in its place. */
export const MAX_STREAMS_PER_USER = 20;

const RETRY_AFTER_MS = 10_000;

const openByUser = new Map<string, number>();

/** Counts the stream until it ends. Throws `rate_limited` when the user has too many open. */
export function openStream(userId: string, body: StreamedBody): StreamedBody {
  return endingWith(body, takeStream(userId).leave);
}

/** One of the user's places, until it is left, once. Throws `rate_limited` when all are taken. */
export function takeStream(userId: string): { leave(): void } {
  const open = openByUser.get(userId) ?? 0;
  if (open >= MAX_STREAMS_PER_USER) {
    const message = `You have ${open} streams open already. Close one, or read the events with ?since= instead.`;
    throw new AppError("rate_limited", { message, retryAfterMs: RETRY_AFTER_MS });
  }
  openByUser.set(userId, open + 1);
  return { leave: () => leave(userId) };
}

function leave(userId: string): void {
  const left = (openByUser.get(userId) ?? 1) - 1;
  if (left > 0) openByUser.set(userId, left);
  else openByUser.delete(userId);
}
