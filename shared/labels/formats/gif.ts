// GIF: label and XMP in an application extension, behind the one that says how often an animation is shown. XMP specification, part 3, 1.1.2.
import { gif as gifFormat } from "../../media/formats/gif.ts";
import { refusal } from "../../media/refusal.ts";
import { ByteSource, reading } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, onePass } from "../carrier.ts";
import type { Mark, WriteMark } from "../mark.ts";
import { hasXmp, MAX_XMP_BYTES, xmpPacket } from "../xmp.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const APPLICATION = 0xff;
const COMMENT = 0xfe;

const XMP = "XMP DataXMP";
/** C2PA 2.2, A.3.5. */
const C2PA = "C2PA_GIF";
const NAME_BYTES = 11;

/**
 * The packet runs on over the lengths of sub-blocks, so that its bytes are taken for lengths by who does not know it: wherever that leads
 * to, these lead to their end.
 */
const magicTrailer = Buffer.from([0x01, ...Array.from({ length: 256 }, (_, at) => 255 - at), 0x00]);

export const writeGif: WriteMark = (body, mark) => reading(body, (source) => write(source, mark));

export const gifCarrier: Carrier = {
  name: "GIF",
  signedAs: "image/gif",
  contentType: () => "image/gif",
  matches: gifFormat.matches,
  write: onePass(writeGif),
  read,
};

async function* write(source: ByteSource, mark: Mark): AsyncGenerator<Uint8Array> {
  const extension = extensionOf(mark);
  const screen = Buffer.from(await source.take(13));
  // Extensions came with the second version.
  if (extension.length > 0) screen.write("89a", 3, "latin1");
  yield screen;
  yield* source.pass(colourTableBytes(screen.readUInt8(10)));
  let isWritten = false;
  for await (const block of blocksOf(source)) {
    if (!isWritten && block.kind !== "application" && block.kind !== "comment") {
      yield extension;
      isWritten = true;
    }
    if (block.kind === "application" && isMark(block.name)) await skipSubBlocks(source);
    else {
      yield block.head;
      if (block.kind === "image") yield* passImage(source);
      else if (block.kind !== "end") yield* passSubBlocks(source);
    }
  }
  yield* source.rest();
}

function extensionOf(mark: Mark): Buffer {
  if (!hasXmp(mark, { withAigc: true })) return Buffer.alloc(0);
  const head = Buffer.from([EXTENSION, APPLICATION, NAME_BYTES]);
  return Buffer.concat([head, Buffer.from(XMP), Buffer.from(xmpPacket(mark, { withAigc: true })), magicTrailer]);
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  const screen = await source.take(13);
  // Without the version, which a mark may change.
  found.media.update(screen.subarray(6));
  await hash(found, source.pass(colourTableBytes(screen.readUInt8(10))));
  for await (const block of blocksOf(source)) {
    if (block.kind === "application" && block.name === XMP) found.addXmp(await packetOf(source));
    else if (block.kind === "application" && block.name.startsWith(C2PA)) {
      found.addC2pa();
      await skipSubBlocks(source);
    } else if (block.kind === "comment") await skipSubBlocks(source);
    else {
      found.media.update(block.head);
      if (block.kind === "image") await hash(found, passImage(source));
      else if (block.kind !== "end") await hash(found, passSubBlocks(source));
    }
  }
  for await (const _ of source.rest());
  return found.end();
}

async function hash(found: Findings, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) found.media.update(piece);
}

interface Block {
  kind: "image" | "application" | "comment" | "other" | "end";
  /** What of it was read: of an application's extension with its name's block. */
  head: Buffer;
  /** An application's. */
  name: string;
}

/** The rest of each block is passed on or skipped before the next is asked for. */
async function* blocksOf(source: ByteSource): AsyncGenerator<Block> {
  for (;;) {
    const first = await source.take(1);
    if (first[0] === TRAILER) return yield { kind: "end", head: first, name: "" };
    if (first[0] === IMAGE) yield { kind: "image", head: first, name: "" };
    else if (first[0] === EXTENSION) yield await extensionBlock(source, first);
    else throw refusal("The GIF file is damaged: something stands where a block should begin.");
  }
}

async function extensionBlock(source: ByteSource, first: Buffer): Promise<Block> {
  const label = await source.take(1);
  const head = Buffer.concat([first, label]);
  const next = await source.peek(1 + NAME_BYTES);
  if (label[0] !== APPLICATION || next[0] !== NAME_BYTES)
    return { kind: label[0] === COMMENT ? "comment" : "other", head, name: "" };
  const named = await source.take(1 + NAME_BYTES);
  return { kind: "application", head: Buffer.concat([head, named]), name: named.toString("latin1", 1) };
}

function isMark(name: string): boolean {
  return name === XMP || name.startsWith(C2PA);
}

async function* passImage(source: ByteSource): AsyncGenerator<Uint8Array> {
  const descriptor = await source.take(9);
  yield descriptor;
  yield* source.pass(colourTableBytes(descriptor.readUInt8(8)) + 1);
  yield* passSubBlocks(source);
}

async function* passSubBlocks(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (;;) {
    const length = await source.take(1);
    yield length;
    const count = length.readUInt8(0);
    if (count === 0) return;
    yield* source.pass(count);
  }
}

async function skipSubBlocks(source: ByteSource): Promise<void> {
  for await (const _ of passSubBlocks(source));
}

/** The packet with the lengths that are bytes of it, without what leads to its end. */
async function packetOf(source: ByteSource): Promise<string> {
  const pieces: Uint8Array[] = [];
  let room = MAX_XMP_BYTES + magicTrailer.length;
  for await (const piece of passSubBlocks(source)) {
    if (room > 0) pieces.push(piece);
    room -= piece.length;
  }
  const bytes = Buffer.concat(pieces);
  const end = bytes.lastIndexOf(magicTrailer.subarray(0, 3));
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
