// A WAV file of 16 bits around samples.

/** `channels`: samples from -1 to 1, each of the same length. */
export function wavOf(channels: readonly Float32Array[], rate: number): Buffer {
  const length = channels[0]?.length ?? 0;
  const frameBytes = 2 * channels.length;
  const bytes = Buffer.alloc(44 + length * frameBytes);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * frameBytes, 28);
  bytes.writeUInt16LE(frameBytes, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(length * frameBytes, 40);
  channels.forEach((samples, channel) => {
    samples.forEach((sample, i) => {
      bytes.writeInt16LE(Math.round(32_767 * Math.max(-1, Math.min(1, sample))), 44 + i * frameBytes + 2 * channel);
    });
  });
  return bytes;
}
