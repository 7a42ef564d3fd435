// Cuts MP4 and QuickTime files apart by their boxes, and puts them together in ways that no writer at hand does.

export interface FlatBox {
  type: string;
  start: number;
  end: number;
}

/** The boxes at top level; sizes of 32 bits only. */
export function topLevelBoxes(bytes: Buffer): FlatBox[] {
  const boxes: FlatBox[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + bytes.readUInt32BE(start);
    boxes.push({ type: bytes.toString("latin1", start + 4, start + 8), start, end });
    start = end;
  }
  return boxes;
}

export function box(type: string, ...contents: Uint8Array[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + contents.reduce((sum, content) => sum + content.length, 0));
  header.write(type, 4, "latin1");
  return Buffer.concat([header, ...contents]);
}

/** The header of a box whose size is written with 64 bits. */
export function largeBoxHeader(type: string, payloadBytes: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1);
  header.write(type, 4, "latin1");
  header.writeBigUInt64BE(BigInt(16 + payloadBytes), 8);
  return header;
}

export function pick(bytes: Buffer, ...types: string[]): Buffer {
  const boxes = topLevelBoxes(bytes);
  return Buffer.concat(
    types.map((type) => {
      const found = boxes.find((candidate) => candidate.type === type);
      if (!found) throw new Error(`There is no ${type}.`);
      return bytes.subarray(found.start, found.end);
    }),
  );
}

/** Replaces the contents of the first box at `path`; null takes the box away. The boxes around it change their size. */
export function rewrite(bytes: Buffer, path: string[], edit: (contents: Buffer) => Uint8Array | null): Buffer {
  const [type, ...inner] = path;
  const found = topLevelBoxes(bytes).find((candidate) => candidate.type === type);
  if (!found || type === undefined) throw new Error(`There is no ${type}.`);
  const contents = bytes.subarray(found.start + 8, found.end);
  const edited = inner.length > 0 ? rewrite(contents, inner, edit) : edit(contents);
  const parts = [
    bytes.subarray(0, found.start),
    edited ? box(type, edited) : Buffer.alloc(0),
    bytes.subarray(found.end),
  ];
  return Buffer.concat(parts);
}

/** The last box of a file that is media data gets the size 0: "to the end of the file". */
export function mediaDataWithoutSize(bytes: Buffer): Buffer {
  const last = topLevelBoxes(bytes).at(-1);
  if (last?.type !== "mdat") throw new Error("The media data are not at the end.");
  return overwrite(bytes, last.start, Buffer.alloc(4));
}

/** As QuickTime files were before they had a file type box. */
export function freeInsteadOfType(bytes: Buffer): Buffer {
  return overwrite(bytes, 4, Buffer.from("free"));
}

/** Writers leave eight bytes free before the media data so that the size can grow to 64 bits. This does it. */
export function joinFreeAndMediaData(bytes: Buffer): Buffer {
  const boxes = topLevelBoxes(bytes);
  const data = boxes.find((candidate) => candidate.type === "mdat");
  const room = boxes.find((candidate) => candidate.end === data?.start);
  if (!data || !room || room.end !== room.start + 8) throw new Error("There is no room before the media data.");
  return overwrite(bytes, data.start - 8, largeBoxHeader("mdat", data.end - data.start - 8));
}

export function overwrite(bytes: Buffer, at: number, patch: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(patch, at);
  return copy;
}
