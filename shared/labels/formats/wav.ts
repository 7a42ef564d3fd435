// WAV: the label in a chunk of its own, XMP in `_PMX`, both behind the sound. XMP specification, part 3, 1.1.6.

import { isUnknownLength } from "../../media/formats/wav.ts";
import { aigcText } from "../aigc-text.ts";
import { ByteSource } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, type Reopen } from "../carrier.ts";
import type { Mark } from "../mark.ts";
import { hasXmp, MAX_XMP_BYTES, xmpPacket } from "../xmp.ts";
import { withLengths } from "./piped-wav.ts";
import { type Chunk, chunk, chunksOf, rewritten, takeData } from "./riff.ts";

const LABEL = "AIGC";
const XMP = "_PMX";
/** C2PA 2.2, A.3.7. */
const C2PA = "C2PA";
const heard = ["fmt ", "data"];

export const wavCarrier: Carrier = {
  name: "WAV",
  signedAs: "audio/wav",
  contentType: () => "audio/wav",
  matches: (head) => head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WAVE",
  write,
  read,
};

async function* write(open: Reopen, mark: Mark): AsyncGenerator<Uint8Array> {
  const { aigc } = mark;
  const hasPacket = hasXmp(mark, { withAigc: false });
  yield* rewritten(await withLengths(open), {
    last: [
      ...(hasPacket ? [chunk(XMP, Buffer.from(xmpPacket(mark, { withAigc: false })))] : []),
      ...(aigc ? [chunk(LABEL, Buffer.from(aigcText(aigc), "latin1"))] : []),
    ],
    async edit({ type, paddedLength }, source) {
      if (type !== LABEL && type !== XMP && type !== C2PA) return null;
      await source.skip(paddedLength);
      return Buffer.alloc(0);
    },
  });
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  for await (const each of chunksOf(source, await source.take(12), isPiped)) {
    const { type, length, paddedLength } = each;
    if (isPiped(each)) {
      found.media.update(type);
      for await (const piece of source.rest()) found.media.update(piece);
      break;
    }
    if (heard.includes(type)) {
      found.media.update(type);
      for await (const piece of source.pass(length)) found.media.update(piece);
      await source.skip(paddedLength - length);
    } else if (type === LABEL && length <= MAX_XMP_BYTES)
      found.addAigc("AIGC", (await takeData(each, source)).toString("utf8").replace(/\0+$/, ""));
    else if (type === XMP && length <= MAX_XMP_BYTES) found.addXmp((await takeData(each, source)).toString("utf8"));
    else {
      if (type === C2PA) found.addC2pa();
      await source.skip(paddedLength);
    }
  }
  for await (const _ of source.rest());
  return found.end();
}

function isPiped({ type, length }: Pick<Chunk, "type" | "length">): boolean {
  return type === "data" && isUnknownLength(length);
}
