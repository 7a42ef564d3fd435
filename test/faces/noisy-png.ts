// A picture that does not become small.
import { randomBytes } from "node:crypto";
import sharp from "sharp";

export async function noisyPng(side = 512): Promise<Uint8Array> {
  const raw = { width: side, height: side, channels: 3 } as const;
  return new Uint8Array(
    await sharp(randomBytes(side * side * 3), { raw })
      .png()
      .toBuffer(),
  );
}
