// A web server with one picture, which it sends slowly enough to watch: it stands for whoever has a file that is worth keeping.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { crc32, deflateSync } from "node:zlib";

export interface SlowPicture {
  /** `host:port`, as TRUSTED_HOSTS takes it. */
  host: string;
  url: string;
  /** Of the whole file, in hex. */
  sha256: string;
  /** Until this is called the last piece of the file is held back, so that whoever keeps it cannot be done yet. */
  release(): void;
  close(): Promise<void>;
}

const PIECES = 30;
const PIECE_EVERY_MS = 80;

export async function serveSlowPicture(): Promise<SlowPicture> {
  const file = encodePng(WIDTH, HEIGHT, sunset);
  const released = Promise.withResolvers<void>();
  const pieces = Array.from({ length: PIECES }, (_, i) => file.subarray(cut(file, i), cut(file, i + 1)));

  async function send(response: ServerResponse): Promise<void> {
    response.writeHead(200, { "content-type": "image/png", "content-length": file.length });
    for (const [i, piece] of pieces.entries()) {
      await pause(PIECE_EVERY_MS);
      if (i === PIECES - 1) await released.promise;
      if (response.destroyed) return;
      response.write(piece);
    }
    response.end();
  }

  const server = createServer((_, response) => void send(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/sunset.png`,
    sha256: createHash("sha256").update(file).digest("hex"),
    release: released.resolve,
    async close() {
      released.resolve();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function cut(file: Buffer, i: number): number {
  return Math.round((file.length * i) / PIECES);
}

const WIDTH = 768;
const HEIGHT = 512;

type Colour = [red: number, green: number, blue: number];

/** A low sun over the sea. `x` and `y` go from 0 to 1. */
function sunset(x: number, y: number): Colour {
  const isSea = y > 0.62;
  const height = isSea ? 1.24 - y : y;
  const waves = isSea ? Math.sin(y * y * 220 + Math.sin(x * 14) * 2) * 0.06 : 0;
  const fromSun = Math.hypot((x - 0.5 + waves) * 1.5, height - 0.5);
  const glow = Math.exp(-fromSun * 4) * (isSea ? 0.7 : 1);
  if (fromSun < 0.09) return isSea ? [255, 205, 140] : [255, 240, 205];
  const dusk = height / 0.62;
  return [40 + 150 * dusk + 150 * glow, 36 + 62 * dusk + 110 * glow, 84 + 18 * dusk + 30 * glow];
}

/** https://www.w3.org/TR/png-3/: eight bits a channel, RGB, no filters. */
function encodePng(width: number, height: number, colourAt: (x: number, y: number) => Colour): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = colourAt(x / width, y / height).map((value) => Math.min(255, Math.round(value)));
      rows.set(pixel, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", rows.subarray(0, 0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(named.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(named, 4);
  frame.writeUInt32BE(crc32(named), named.length + 4);
  return frame;
}
