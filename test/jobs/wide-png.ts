// A PNG that is too wide to be its own thumbnail.
import sharp from "sharp";

export const widePng: Uint8Array = await sharp({ create: { width: 513, height: 1, channels: 3, background: "#7a2" } })
  .png()
  .toBuffer();
