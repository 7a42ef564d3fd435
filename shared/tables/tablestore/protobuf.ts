// Protocol Buffers, as far as Tablestore's messages need them: whole numbers that are not negative, texts, bytes, and messages in messages.
// https://protobuf.dev/programming-guides/encoding/

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** By the fields' numbers, in their order; a list is a repeated field, undefined is left out. */
export type Fields = readonly (readonly [number: number, value: Value | readonly Value[] | undefined])[];

type Value = number | boolean | string | Uint8Array;

export function writeMessage(fields: Fields): Buffer {
  const parts: Uint8Array[] = [];
  for (const [number, given] of fields) {
    const values = given === undefined ? [] : Array.isArray(given) ? given : [given as Value];
    for (const value of values) parts.push(...writeField(number, value));
  }
  return Buffer.concat(parts);
}

function writeField(number: number, value: Value): Uint8Array[] {
  if (typeof value === "number" || typeof value === "boolean") {
    return [varint(number * 8 + VARINT), varint(Number(value))];
  }
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return [varint(number * 8 + BYTES), varint(bytes.byteLength), bytes];
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** The fields of texts and bytes, by their numbers, the last of each; all others are passed over. Throws when the message is not whole. */
export function readMessage(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;

  const readVarint = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = message[at++];
      if (byte === undefined || scale > 2 ** 63) throw new Error("a message ends within a number");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };

  while (at < message.length) {
    const tag = readVarint();
    const kind = tag % 8;
    if (kind === VARINT) readVarint();
    else {
      const size = kind === BYTES ? readVarint() : { [FIXED_64]: 8, [FIXED_32]: 4 }[kind];
      if (size === undefined || at + size > message.length) throw new Error("a message ends within a field");
      if (kind === BYTES) found.set(Math.floor(tag / 8), message.subarray(at, at + size));
      at += size;
    }
  }
  return found;
}
