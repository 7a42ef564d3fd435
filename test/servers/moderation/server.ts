// What the servers of all services that look at content have in common.
import type { ModerationConfig } from "../../../shared/config/moderation.ts";
import type { Verdict } from "../../../shared/ports/moderation.ts";
import type { VendorServer } from "../vendor/vendor-server.ts";

export type Asked = { text: string } | { image: Buffer };

export interface Said {
  verdict: Verdict;
  categories: readonly string[];
}

/** Its checks are calls of kind `check`. */
export interface ModerationServer extends VendorServer {
  /** All that was understood, in the order in which it came. */
  asked: Asked[];
  /** What it finds of each. Default: it allows everything. */
  says: (part: Asked) => Said;
  /** What an adapter is told. */
  config: Partial<ModerationConfig>;
}

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}
