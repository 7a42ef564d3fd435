// The vendor of the crash tests: a service with tasks and files that goes on while the processes that use it die.
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { startOrigin } from "../servers/origin.ts";
import { pictureOf } from "./pictures.ts";

/** What a prompt makes of its task by these words; any other is done at once. */
export const words = {
  /** Is worked on until it is cancelled, or `release` was called. */
  waits: "waits",
  /** The first attempt of a job is refused for good. */
  refusedOnce: "refused once",
  /** Of the first attempt of a job, the last file cannot be had. */
  lacksOnce: "lacks one once",
  /** The files take about two seconds. */
  slow: "slow",
} as const;

export interface Order {
  reference: string;
  prompt: string;
  n: number;
  /** The reference is a key: a repeat is the same task. */
  isOnce: boolean;
}

export interface VendorTask extends Omit<Order, "isOnce"> {
  id: string;
  isCancelled: boolean;
}

export type TaskAnswer =
  | { state: "running" | "refused" | "cancelled" | "too_late" }
  | { state: "succeeded"; files: string[] };

export interface Vendor {
  url: string;
  port: number;
  /** Every task that was ever taken, the oldest first. */
  tasks: VendorTask[];
  /** From now on no task waits. */
  release(): void;
  close(): Promise<void>;
}

const PIECES = 10;
const PAUSE_MS = 200;

export async function startVendor(): Promise<Vendor> {
  const tasks: VendorTask[] = [];
  let isReleased = false;
  const origin = await startOrigin((request, response) => {
    void answer(request, response).catch((error) => response.destroy(error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", origin.url);
    const name = url.pathname.split("/").at(-1) ?? "";
    if (url.pathname.startsWith("/files/")) return sendPicture(response, name);
    if (request.method === "POST") return send(response, take((await json(request)) as Order));
    const reference = url.searchParams.get("reference");
    const task = tasks.find(({ id, reference: own }) => (reference === null ? id === name : own === reference));
    if (!task) return void response.writeHead(404).end();
    send(response, reference === null ? look(task, request.method === "DELETE") : task);
  }

  function take({ isOnce, ...order }: Order): VendorTask {
    const known = isOnce && tasks.find(({ reference }) => reference === order.reference);
    if (known) return known;
    const task = { ...order, id: `task-${tasks.length + 1}`, isCancelled: false };
    tasks.push(task);
    return task;
  }

  function look(task: VendorTask, isToEnd: boolean): TaskAnswer {
    const state = stateOf(task);
    if (state === "running" && isToEnd) task.isCancelled = true;
    if (isToEnd) return { state: task.isCancelled ? "cancelled" : "too_late" };
    return state === "succeeded"
      ? { state, files: filesOf(task).map((file) => `${origin.url}/files/${file}`) }
      : { state };
  }

  function stateOf({ prompt, reference, isCancelled }: VendorTask) {
    if (isCancelled) return "cancelled";
    if (prompt.includes(words.refusedOnce) && isFirst(reference)) return "refused";
    return prompt.includes(words.waits) && !isReleased ? "running" : "succeeded";
  }

  return {
    url: origin.url,
    port: origin.port,
    tasks,
    release() {
      isReleased = true;
    },
    close: origin.close,
  };
}

/** The names of the files of a task; a picture's name says all that is in it. */
export function filesOf({ reference, prompt, n }: Pick<VendorTask, "reference" | "prompt" | "n">): string[] {
  const speed = prompt.includes(words.slow) ? "slow" : "fast";
  return Array.from({ length: n }, (_, i) => {
    const isLacking = prompt.includes(words.lacksOnce) && isFirst(reference) && i === n - 1;
    return `${isLacking ? "lacking" : speed}-${reference}-${i}.png`;
  });
}

function isFirst(reference: string): boolean {
  return reference.endsWith("-1");
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Slowly, when the name says so. */
function sendPicture(response: ServerResponse, name: string): void {
  if (name.startsWith("lacking")) return void response.writeHead(404).end();
  const picture = pictureOf(name);
  response.writeHead(200, { "content-type": "image/png", "content-length": picture.length });
  if (!name.startsWith("slow")) return void response.end(picture);
  const step = Math.ceil(picture.length / PIECES);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(picture.subarray(sent, sent + step));
    sent += step;
    if (sent >= picture.length) response.end();
  }, PAUSE_MS);
  response.once("close", () => clearInterval(timer));
}
