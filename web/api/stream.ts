// One stream for everything, over fetch, so that the token goes along; where it breaks, the next one goes on behind the newest event.
import { type Client, DreamFactoryError } from "dream-factory-client";
import { createParser } from "eventsource-parser";
import type { News } from "./live.ts";

export interface Place {
  /** Of the newest event. */
  id: string;
}

/** The server says something every 15 s: a stream that says nothing for so long is dead. */
const SILENCE_MS = 40_000;

/** Ends with the stream. Throws what the server answers instead of one. */
export async function* streamNews({ connection }: Client, place: Place, signal: AbortSignal): AsyncGenerator<News> {
  const silence = new AbortController();
  let alarm = setTimeout(() => silence.abort(), SILENCE_MS);
  const response = await connection.fetch(connection.urlOf("events", []), {
    headers: {
      ...(await connection.authorization()),
      accept: "text/event-stream",
      ...(place.id && { "last-event-id": place.id }),
    },
    signal: AbortSignal.any([signal, silence.signal]),
  });
  if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    throw refusal(response.status);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const heard: News[] = [];
  const parser = createParser({
    onEvent({ id, event, data }) {
      place.id = id ?? place.id;
      heard.push({ event, data: JSON.parse(data) } as News);
    },
  });
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(alarm);
      alarm = setTimeout(() => silence.abort(), SILENCE_MS);
      parser.feed(piece.value);
      yield* heard.splice(0);
    }
  } finally {
    clearTimeout(alarm);
    await reader.cancel().catch(() => undefined);
  }
}

function refusal(status: number): DreamFactoryError {
  const words = "There is no stream of events here.";
  if (status === 401) {
    return new DreamFactoryError(
      { type: "unauthenticated", status, requestId: "", details: [], retryAfterMs: null },
      words,
    );
  }
  return new DreamFactoryError({ type: "not_understood", status }, words);
}
