// What every format that can carry a mark offers.
import { createHash, type Hash } from "node:crypto";
import type { FoundMarks, Mark, WriteMark } from "./mark.ts";
import { xmpValues } from "./xmp.ts";

/** The same bytes from the first one, as often as it is called. */
export type Reopen = () => AsyncIterable<Uint8Array>;

export interface Examined extends FoundMarks {
  /** Sha256 (hex) of what is shown, without what the file says of itself; null where that is not told. */
  mediaSha256: string | null;
}

export interface Carrier {
  /** For logs: "PNG". */
  name: string;
  /** `head`: the file's first HEAD_BYTES, or all of a shorter one. */
  matches(head: Buffer): boolean;
  /** Writes the mark, in one pass or two. Throws AppError `invalid_output` when the file cannot carry it. A manifest of C2PA, which would be broken, is left out. */
  write(open: Reopen, mark: Mark): AsyncIterable<Uint8Array>;
  /** Reads on to the end of the file. Throws AppError `invalid_output`. */
  read(body: AsyncIterable<Uint8Array>): Promise<Examined>;
  /** True: too large to lie on the disk first, so that it is marked while it streams, and opened once. */
  isStreamed?: true;
}

export function onePass(write: WriteMark): Carrier["write"] {
  return (open, mark) => write(open(), mark);
}

/** Collects what a reader finds. */
export class Findings {
  readonly #found: FoundMarks = { aigc: [], digitalSourceTypes: [], xmp: [], hasC2pa: false };
  readonly media: Hash = createHash("sha256");

  addAigc(...raw: string[]): void {
    this.#found.aigc.push(...raw);
  }

  addXmp(packet: string): void {
    this.#found.xmp.push(packet);
    this.#found.aigc.push(...xmpValues(packet, "AIGC"));
    this.#found.digitalSourceTypes.push(...xmpValues(packet, "DigitalSourceType"));
  }

  addSourceType(uri: string): void {
    this.#found.digitalSourceTypes.push(uri);
  }

  addC2pa(): void {
    this.#found.hasC2pa = true;
  }

  end(): Examined {
    return { ...this.#found, mediaSha256: this.media.digest("hex") };
  }
}
