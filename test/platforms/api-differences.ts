// What a platform puts into an answer or leaves out of it, whatever a function says.
import type { Answered } from "./api-call.ts";

export interface Difference {
  header: string;
  /** Where it is so; absent: anywhere. */
  front?: readonly string[];
  /** Whether it is only so of answers without a body. */
  isOfEmpty?: boolean;
  why: string;
}

const framing = "each server frames its answers in its own way";

export const differences: readonly Difference[] = [
  { header: "date", why: framing },
  { header: "transfer-encoding", why: framing },
  { header: "content-length", why: framing },
  {
    header: "x-fc-request-id",
    front: ["HTTP trigger", "custom domain"],
    why: "Function Compute names each call; ours is x-request-id",
  },
  {
    header: "content-disposition",
    front: ["HTTP trigger"],
    why: "on Function Compute's own domains browsers are told to save what they get; a custom domain is for them",
  },
  {
    header: "content-type",
    front: ["HTTP API", "function URL"],
    isOfEmpty: true,
    why: "Lambda's front doors name a type where the function names none, even where there is nothing",
  },
];

/** The answer without them. */
export function comparable(known: readonly Difference[], front: string, { status, headers, body }: Answered): Answered {
  const isImposed = (name: string) => known.some((each) => isSo(each, front, name, status));
  return { status, body, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !isImposed(name))) };
}

export function isSo({ header, front, isOfEmpty }: Difference, at: string, name: string, status: number): boolean {
  return header === name && (front?.includes(at) ?? true) && (!isOfEmpty || status === 204);
}
