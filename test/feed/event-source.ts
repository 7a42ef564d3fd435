// A reader of server-sent events over a real connection: what comes, as it comes, parsed by the rules of the HTML standard.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

export interface ReadEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what comes is looked at by expectations
  data: any;
}

export interface EventReader {
  response: IncomingMessage;
  events: ReadEvent[];
  comments: string[];
  /** Of the latest `retry:`; null before it. */
  retryMs(): number | null;
  /** Resolves with the next event that was not asked for before. Rejects when the stream ends first. */
  next(): Promise<ReadEvent>;
  /** Resolves with all events when the stream has ended. Rejects when it was cut. */
  end(): Promise<ReadEvent[]>;
  /** Goes away. */
  leave(): void;
}

export async function readEvents(
  url: string,
  options: { token: string; lastEventId?: string | number; headers?: Record<string, string> },
): Promise<EventReader> {
  const { token, lastEventId, headers = {} } = options;
  const sent = request(url, {
    headers: {
      accept: "text/event-stream",
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) }),
      ...headers,
    },
    // A connection of its own: tests count them.
    agent: false,
  }).end();
  const [response]: [IncomingMessage] = (await once(sent, "response")) as [IncomingMessage];
  const events: ReadEvent[] = [];
  const comments: string[] = [];
  let retryMs: number | null = null;
  let rest = "";
  let taken = 0;
  let isOver = false;
  let failure: Error | null = null;
  const changes = new EventTarget();
  const changed = () => changes.dispatchEvent(new Event("change"));

  function take(block: string): void {
    const fields = block
      .split("\n")
      .map((line) => [line.split(":", 1)[0] ?? "", line.replace(/^[^:]*: ?/, "")] as const);
    const value = (name: string) => fields.filter(([field]) => field === name).map(([, text]) => text);
    comments.push(...value(""));
    if (value("retry").length > 0) retryMs = Number(value("retry").at(-1));
    if (value("data").length > 0) {
      const data = JSON.parse(value("data").join("\n"));
      events.push({ id: value("id").at(-1) ?? "", event: value("event").at(-1) ?? "message", data });
    }
  }

  response.setEncoding("utf8");
  response.on("data", (chunk) => {
    rest += chunk;
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) take(block);
    changed();
  });
  response.on("end", () => {
    isOver = true;
    changed();
  });
  response.on("error", (error) => {
    failure = error;
    changed();
  });
  sent.on("error", () => {});

  async function until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (failure) throw failure;
      if (isOver) throw new Error(`the stream ended after ${JSON.stringify(events)}`);
      await new Promise((resolve) => changes.addEventListener("change", resolve, { once: true }));
    }
  }

  return {
    response,
    events,
    comments,
    retryMs: () => retryMs,
    async next() {
      await until(() => events.length > taken);
      taken += 1;
      return events[taken - 1] as ReadEvent;
    },
    async end() {
      await until(() => isOver);
      return events;
    },
    leave: () => sent.destroy(),
  };
}
