// A WAV file of 16 bits, in pieces.

const HEADER_BYTES = 44;
/** A multiple of every frame's size. */
export const PIECE_BYTES = 64 * 1024;

export interface WavSize {
  channels: number;
  /** Of each channel. */
  samples: number;
  rate: number;
}

export function wavHeader({ channels, samples, rate }: WavSize): Buffer {
  const frameBytes = 2 * channels;
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(HEADER_BYTES - 8 + samples * frameBytes, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * frameBytes, 28);
  bytes.writeUInt16LE(frameBytes, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(samples * frameBytes, 40);
  return bytes;
}

/** What stands behind the header. `channels`: samples from -1 to 1, each of the same length. */
export function* wavSamples(channels: readonly Float32Array[]): Generator<Buffer> {
  const frames = channels[0]?.length ?? 0;
  const most = PIECE_BYTES / (2 * channels.length);
  for (let from = 0; from < frames; from += most) {
    const to = Math.min(frames, from + most);
    const bytes = Buffer.allocUnsafe(2 * channels.length * (to - from));
    let at = 0;
    for (let i = from; i < to; i++) {
      for (const samples of channels) {
        at = bytes.writeInt16LE(Math.round(32_767 * Math.max(-1, Math.min(1, samples[i] ?? 0))), at);
      }
    }
    yield bytes;
  }
}
