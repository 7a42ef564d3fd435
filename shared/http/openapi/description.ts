// What a function says of itself for the reference, beside what its schemas say already.
import type * as z from "zod/mini";
import type { ErrorType } from "../../errors/catalogue.ts";
import type { HttpHandler } from "../../events/http.ts";
import type { Auth } from "../authentication.ts";
import type { Schemas } from "../validation.ts";
import type { HeaderName } from "./headers.ts";

export interface Description {
  /** One short sentence; the test of the reference misses it when it is not there. */
  summary?: string;
  description?: string;
  /** What comes with each status of success; several where it depends on the request. Only the reference asks: a deployed function has no shapes. */
  answers?: () => Readonly<Record<number, Answer | readonly Answer[]>>;
  /** Those that not every function has: the common ones follow from the rest. */
  errors?: readonly ErrorType[];
  /** It speaks as another service does, whose reference tells of it. */
  isUnlisted?: boolean;
  /** Request headers that it heeds, Authorization aside. */
  headers?: readonly HeaderName[];
}

/** The schema of `data` in the envelope; an answer without one; or in words what the status means here. */
export type Answer = z.ZodMiniType | BareAnswer | string;

export interface BareAnswer {
  contentType: string;
  schema: z.ZodMiniType;
}

export interface Described extends Schemas, Description {
  auth: Auth;
  /** It takes a file as well: any bytes. */
  maxFileBytes?: number;
}

const descriptions = new WeakMap<HttpHandler, Described>();

export function describeFunction(described: Described, handler: HttpHandler): HttpHandler {
  descriptions.set(handler, described);
  return handler;
}

/** Undefined for a handler that was not made by `httpFunction`. */
export function descriptionOf(handler: HttpHandler): Described | undefined {
  return descriptions.get(handler);
}
