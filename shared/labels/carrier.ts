// What every format that can carry a mark offers.
import { createHash, type Hash } from "node:crypto";
import { refusal } from "../media/refusal.ts";
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
  /** Of a file that `matches`. */
  contentType(head: Buffer): string;
  /** `head`: the file's first HEAD_BYTES, or all of a shorter one. */
  matches(head: Buffer): boolean;
  /**
   * Writes the mark, in one pass or two. Throws AppError `invalid_output` when the file cannot carry it. A manifest of C2PA, which would be broken, is
   * left out; who is marked while it streams tells `onManifest` before, and what that throws breaks the writing off.
   */
  write(open: Reopen, mark: Mark, onManifest?: () => void): AsyncIterable<Uint8Array>;
  /** Reads on to the end of the file. Throws AppError `invalid_output`; `found` has then what stood in front of the damage. */
  read(body: AsyncIterable<Uint8Array>, found?: Findings): Promise<Examined>;
  /** For C2PA, such as `image/png`; null: no manifest is put into such files. */
  signedAs: string | null;
  /** True: too large to lie on the disk first, so that it is marked while it streams, and opened once. */
  isStreamed?: true;
}

export function onePass(write: WriteMark): Carrier["write"] {
  return (open, mark) => write(open(), mark);
}

/** Nobody writes more marks into a file: whoever does wants readers to be busy. */
const MAX_MARKS = 64;

/** Collects what a reader finds. Throws AppError `invalid_output` when it is too much. */
export class Findings {
  readonly #found: FoundMarks = { aigc: [], places: [], digitalSourceTypes: [], xmp: [], hasC2pa: false };
  readonly media: Hash = createHash("sha256");
  #looked = 0;

  /** Counts a text that may hold a mark, before anything is made of it. */
  look(): void {
    this.#looked += 1;
    if (this.#looked > MAX_MARKS) throw refusal("The file has more marks than anybody writes.");
  }

  /** `place`: in a file of its format, such as "tEXt". */
  addAigc(place: string, ...raw: string[]): void {
    for (const each of raw) {
      this.look();
      this.#found.aigc.push(each);
      this.#found.places.push(place);
    }
  }

  addXmp(packet: string): void {
    this.look();
    this.#found.xmp.push(packet);
    this.addAigc("XMP", ...xmpValues(packet, "AIGC"));
    this.#found.digitalSourceTypes.push(...xmpValues(packet, "DigitalSourceType"));
  }

  addSourceType(uri: string): void {
    this.#found.digitalSourceTypes.push(uri);
  }

  addC2pa(): void {
    this.#found.hasC2pa = true;
  }

  soFar(): FoundMarks {
    return this.#found;
  }

  end(): Examined {
    return { ...this.#found, mediaSha256: this.media.digest("hex") };
  }
}
