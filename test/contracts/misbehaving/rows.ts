// What vendors do wrong, row by row, and how a job may end then.
import type { LostSubmit } from "../../../shared/ports/provider.ts";
import type { CallKind, Reply, Trouble, VendorServer } from "../../servers/vendor/vendor-server.ts";
import type { MisbehavingSetup, Said } from "./setup.ts";

/** One way for a job to end; several may be right, and then a provider's table says which one is its. */
export interface Ending {
  /** `completed`, or the type of the error, or `cancelled`. */
  ends: string;
  /** Starts that the server has counted. */
  starts: number;
}

export interface Row {
  name: string;
  /** What goes wrong, by the kind of call. */
  troubles: (readonly [CallKind, Trouble])[];
  endings(lostSubmit: LostSubmit): Ending[];
  /** Times of fetching the file that are right; absent: any. */
  files?: readonly number[];
  /** The time goes on while a call is waited for, until the job has ended. */
  outlastsDeadline?: true;
  /** The user cancels once there is a task. */
  isCancelled?: true;
}

export const html = (status: number): Reply => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><html><head><title>Bad Gateway</title></head><body>cloudfront</body></html>",
});
export const nothingSaid: Reply = { status: 200, body: {} };

export const completed = (starts = 1): Ending => ({ ends: "completed", starts });
export const failed = (type: string, starts = 1): Ending => ({ ends: type, starts });

/** Nobody knows whether the vendor works on it. A vendor that can be asked, or that takes a key, is asked; of no other is it asked for twice. */
export function unclear(lostSubmit: LostSubmit): Ending[] {
  if (lostSubmit === "never") return [failed("provider_unknown")];
  return lostSubmit === "lookUp" ? [completed(1), completed(2)] : [completed(2)];
}

export function once(kind: CallKind, what: Trouble["what"], when: Trouble["when"] = "before"): Row["troubles"] {
  return [[kind, { when, what }]];
}

export function always(kind: CallKind, what: Trouble["what"], when: Trouble["when"] = "after"): Row["troubles"] {
  return [[kind, { when, what, isLasting: true }]];
}

/** With a header on top. */
export function withHeader(said: Said, name: string, value: string): Said {
  const add = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, [name]: value } });
  return (request) => {
    const reply = typeof said === "function" ? said(request) : said;
    return reply && add(reply);
  };
}

export type RowsOf = (setup: MisbehavingSetup<VendorServer>) => Row[];
