// How a picture is written again: in its format, and as well as it was.
import { type FileHandle, open } from "node:fs/promises";
import type { Metadata, Sharp } from "sharp";

/** Of JPEG and of WebP: once more, nobody sees a difference. */
const QUALITY = 95;

/** Throws for a format that is none of ours. */
export async function encodingOf(image: Sharp, metadata: Metadata, from: string): Promise<Sharp> {
  const { format, isProgressive: progressive, chromaSubsampling } = metadata;
  switch (format) {
    case "jpeg": {
      // Colours at half the width alone cannot be written; at full width nothing is lost.
      const isHalf = chromaSubsampling === "4:2:0";
      return image.jpeg({ quality: QUALITY, chromaSubsampling: isHalf ? "4:2:0" : "4:4:4", progressive });
    }
    case "png":
      return image.png({ compressionLevel: 6, adaptiveFiltering: true, progressive });
    case "webp":
      return (await isLossless(from))
        ? image.webp({ lossless: true, exact: true })
        : image.webp({ quality: QUALITY, alphaQuality: 100, exact: true });
    case "gif":
      return image.gif({ dither: 0, keepDuplicateFrames: true });
    default:
      throw new Error(`nothing is drawn into ${format}`);
  }
}

const CHUNK_HEADER = 8;
/** Of a frame, in front of its own chunks. */
const FRAME_HEADER = 16;

/** Whether every picture of a WebP is. https://developers.google.com/speed/webp/docs/riff_container */
async function isLossless(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    for (let at = 12; ; ) {
      const { type, size } = await chunkAt(file, at);
      if (type === "") return true;
      if (type === "VP8 ") return false;
      // Within a frame its own chunks are looked at.
      at += type === "ANMF" ? CHUNK_HEADER + FRAME_HEADER : CHUNK_HEADER + size + (size % 2);
    }
  } finally {
    await file.close();
  }
}

async function chunkAt(file: FileHandle, position: number): Promise<{ type: string; size: number }> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_HEADER), 0, CHUNK_HEADER, position);
  if (bytesRead < CHUNK_HEADER) return { type: "", size: 0 };
  return { type: buffer.toString("latin1", 0, 4), size: buffer.readUInt32LE(4) };
}
