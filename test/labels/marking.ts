// Writes marks into files that a test has as a whole, and reads them.
import { buffer } from "node:stream/consumers";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import type { Examined } from "../../shared/labels/carrier.ts";
import { carrierOf } from "../../shared/labels/formats.ts";
import type { Mark } from "../../shared/labels/mark.ts";
import { pieces } from "../media/inspecting.ts";

export const generated = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

export const mark: Mark = {
  aigc: {
    Label: "1",
    ContentProducer: "001191110000XXXXXXXXXX10001",
    ProduceID: "0192f000-0000-7000-8000-000000000000-1-0",
    ReservedCode1: "code",
    ContentPropagator: "001191110000XXXXXXXXXX10001",
    PropagateID: "0192f000-0000-7000-8000-000000000000-1-0",
    ReservedCode2: "",
  },
  digitalSourceType: generated,
  system: { name: "Dream & <Factory>", version: "wan2.7" },
};

/** `size`: of the pieces in which the file comes. */
export async function marked(bytes: Uint8Array, what: Mark = mark, size: () => number = () => 1000): Promise<Buffer> {
  return buffer(carrierFor(bytes).write(() => pieces(bytes, size), what));
}

export async function examined(bytes: Uint8Array, size: () => number = () => 1000): Promise<Examined> {
  return carrierFor(bytes).read(pieces(bytes, size));
}

function carrierFor(bytes: Uint8Array) {
  const carrier = carrierOf(Buffer.from(bytes.subarray(0, 256)));
  if (!carrier) throw new Error("there is no carrier for this file");
  return carrier;
}

/** A file as it was before it was labelled, and the names that its labels gave it. */
export async function unlabelled(bytes: Uint8Array): Promise<{ bytes: Buffer; produceIds: string[] }> {
  const { aigc } = await examined(bytes);
  return {
    bytes: await marked(bytes, { aigc: null, digitalSourceType: null, system: null }),
    produceIds: aigc.flatMap((raw) => readAigc(raw)?.label.ProduceID ?? []),
  };
}
