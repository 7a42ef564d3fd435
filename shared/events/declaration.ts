// What is said of each deployed function: to the local runtime, to the bundler, to the tests that read both manifests.
import type { HttpHandler } from "./http.ts";
import type { SocketHandler } from "./socket.ts";
import type { StorageHandler, TimerHandler } from "./storage.ts";

interface Declared<Trigger, Handler> {
  /** In kebab-case; the name of its file and in the manifests. */
  name: string;
  trigger: Trigger;
  memoryMb: number;
  timeoutSeconds: number;
  /** Loads the function's module, when it is first called. */
  load: () => Promise<{ handler: Handler }>;
}

export interface HttpTrigger {
  type: "http";
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base path, with names in braces: `/jobs/{id}`. */
  path: string;
  /** It takes WebSockets at its path as well; its module exports how, as `socket`. */
  isSocket?: true;
  /** More than MAX_BODY_BYTES, for a function that takes files. */
  largeBody?: LargeBody;
}

export interface LargeBody {
  maxBytes: number;
  /** What to do with more, in a sentence. */
  otherwise: string;
}

export interface ObjectCreatedTrigger {
  type: "object-created";
  /** Only keys that begin with it. */
  prefix: string;
}

export interface TimerTrigger {
  type: "timer";
  everySeconds: number;
}

/** Which part of the runtime an event function is given, and its bundle therefore holds: what advances jobs, keeps files, or delivers webhooks. */
export type RuntimePart = "jobs" | "files" | "deliveries";

interface DeclaredForEvents<Trigger, Handler> extends Declared<Trigger, Handler> {
  needs: RuntimePart;
  /** Megabytes of disk, where it is more than every function has (512). */
  diskMb?: number;
  /** Events that one machine works on at the same time, where that is not as many as come. */
  concurrency?: number;
}

export interface HttpDeclaration extends Omit<Declared<HttpTrigger, HttpHandler>, "load"> {
  load: () => Promise<{ handler: HttpHandler; socket?: SocketHandler }>;
}
export type ObjectCreatedDeclaration = DeclaredForEvents<ObjectCreatedTrigger, StorageHandler>;
export type TimerDeclaration = DeclaredForEvents<TimerTrigger, TimerHandler>;
export type Declaration = HttpDeclaration | ObjectCreatedDeclaration | TimerDeclaration;
