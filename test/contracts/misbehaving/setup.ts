// What the suite of misbehaving vendors has to know of one vendor.
import type { Provider } from "../../../shared/ports/provider.ts";
import type { CallKind, Reply, ReplyTo, VendorServer } from "../../servers/vendor/vendor-server.ts";

/** In the vendor's own way of speaking. A function may leave calls of the same kind alone that are about something else. */
export type Said = Reply | ReplyTo;

export interface MisbehavingSetup<S extends VendorServer = VendorServer> {
  /** Of the provider. With `variant`, one of several ways to use it. */
  id: string;
  variant?: string;
  start(): Promise<S>;
  /** Key and address; what else the product needs for it. */
  environment(server: S): Record<string, string>;
  /** Adapters that the product does not have itself. */
  providers?(server: S): readonly Provider[];
  /** One output of one model: the provider is named here as well as below. */
  request: { path: "/ai/generate-image" | "/ai/generate-video"; body: object };
  /** Which call brings the success: the start itself, or a check. */
  succeedsAt: "start" | "check";
  /** As the server counts it, where another call than the check itself fetches the outputs. */
  resultKind?: CallKind;
  /** Files are fetched from URLs, or lie in that answer. */
  files: "url" | "answer";
  /** Lets tasks be done whose end the server leaves to the test; called again and again. */
  finish?(server: S): void;
  says: {
    /** 429: too many at once, not an empty account. Without Retry-After. */
    throttled: Said;
    /** 500 as the vendor words it. */
    broken: Said;
    /** 401. */
    keyRefused: Said;
    /** Refused for what it shows; `refusedAt` says by which call, else by the one that brings the success. */
    refused: Said;
    refusedAt?: "start" | "check";
    /** A task is being worked on. Needed where checks bring the success. */
    running?: Said;
    /** Success with an empty list of outputs. Absent where the answer has no list, because it is the file itself. */
    nothing?: Said;
    /** Success with an output that has neither a URL nor a file. */
    withoutFile: Said;
    /** Success whose file has these bytes. Needed where the answer holds the files. */
    holding?(bytes: Uint8Array, contentType: string): Said;
  };
}
