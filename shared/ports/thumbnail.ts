// A small picture of a file, as a port: for walls of many, where originals would be loaded in vain.
import type { SeenFile } from "./moderation.ts";

export interface Thumbnails {
  /**
   * A WebP of at most 512 pixels a side: of a picture as it is shown, of an animation its first frame, of a film a still from near its beginning.
   * Null where none can be made here: there is no ffmpeg, or the film is too large to lie on the disk. Rejects for what is damaged, takes too long,
   * or is wanted by nobody any more. `turn`: waits until it is its user's turn.
   */
  of(
    file: SeenFile,
    body: AsyncIterable<Uint8Array>,
    options: { turn: (act: () => Promise<void>) => Promise<void>; signal: AbortSignal },
  ): Promise<Uint8Array | null>;
}
