// Writes marks into films that a test has as a whole, and reads them.
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { AppError } from "../../shared/errors/app-error.ts";
import type { Carrier, Examined } from "../../shared/labels/carrier.ts";
import { isoMediaCarrier } from "../../shared/labels/formats/iso-media.ts";
import { webmCarrier } from "../../shared/labels/formats/webm.ts";
import type { AigcLabel, Mark } from "../../shared/labels/mark.ts";
import { pieces } from "../media/inspecting.ts";

export const label: AigcLabel = {
  Label: "1",
  ContentProducer: "001191110000XXXXXXXXXX10001",
  ProduceID: "0192f000-0000-7000-8000-000000000000-1-0",
  ReservedCode1: "code",
  ContentPropagator: "001191110000XXXXXXXXXX10001",
  PropagateID: "0192f000-0000-7000-8000-000000000000-1-0",
  ReservedCode2: "",
};

export const generated = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

export const mark: Mark = {
  aigc: label,
  digitalSourceType: generated,
  system: { name: "Dream & <Factory>", version: "wan2.7" },
};

export const isoFixtures = [
  ...["moov-at-end.mp4", "faststart.mp4", "fragmented.mp4", "indexed.mp4", "variable.mp4", "hybrid.mp4"],
  ...["rotated.mp4", "sound-only.mp4", "quicktime.mov"],
];
export const webmFixtures = ["known-sizes.webm", "piped.webm", "streamed.webm", "sound-only.webm", "matroska.mkv"];

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../media/fixtures/${name}`, import.meta.url));
}

/** `size`: of the pieces in which the file comes. */
export function marked(bytes: Uint8Array, what: Mark = mark, size: () => number = () => 1000): Promise<Buffer> {
  return buffer(carrierFor(bytes).write(() => pieces(bytes, size), what));
}

export function examined(bytes: Uint8Array, size: () => number = () => 1000): Promise<Examined> {
  return carrierFor(bytes).read(pieces(bytes, size));
}

/** True: it was written or read. False: it was refused as bad output. Whatever else is thrown fails the test. */
export async function isTaken(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.type === "invalid_output") return false;
    throw error;
  }
}

function carrierFor(bytes: Uint8Array): Carrier {
  const head = Buffer.from(bytes.subarray(0, 256));
  const carrier = [isoMediaCarrier, webmCarrier].find((each) => each.matches(head));
  if (!carrier) throw new Error("There is no carrier for this file.");
  return carrier;
}
