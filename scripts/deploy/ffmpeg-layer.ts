// The operator's own ffmpeg as the zip of a layer, looked at before a cloud gets it. Nothing of it is ours: the program is under the GPL, and lies
// where whoever deploys says. deploy/ffmpeg-layer.sh makes one.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import type { Environment } from "../../shared/config/config.ts";

export interface LayerZip {
  bytes: Uint8Array;
  sha256: string;
}

export const layerName = "dream-factory-ffmpeg";

/** Where both clouds unpack a layer. */
export const ffmpegOfLayer = "/opt/bin/ffmpeg";

/** Where it stands in a layer's description, by which a version that is there already is known again. */
export function describedBy({ sha256 }: LayerZip): string {
  return `ffmpeg, sha256 ${sha256}`;
}

/** Functions find it unless whoever deploys has said where another one is. */
export function ffmpegSettings(layer: string, { FFMPEG_PATH }: Environment): Environment {
  return { FFMPEG_LAYER: layer, FFMPEG_PATH: FFMPEG_PATH || ffmpegOfLayer };
}

/** 250 MB unpacked, layers and function together, is what Lambda takes; the largest function has 31. */
const MOST_UNPACKED = 200_000_000;
/** Direct uploads: 50 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MOST_PACKED = 50_000_000;

/** `place`: a file, or an https URL, which needs `sha256`. Throws an Error of one sentence for what is no such zip. */
export async function readLayerZip(place: string, sha256: string | null): Promise<LayerZip> {
  const isFar = place.includes("://");
  if (isFar && sha256 === null)
    throw new Error("An ffmpeg from a URL has to be the one that you looked at: say --ffmpeg-sha256.");
  const bytes = isFar ? await download(place) : await read(place);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== null && sha256.toLowerCase() !== found)
    throw new Error(`${place} is another file than the one that you named: its sha256 is ${found}.`);
  requireLayer(place, bytes);
  return { bytes, sha256: found };
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch(() => {
    throw new Error(`There is no ${path}: deploy/ffmpeg-layer.sh makes such a zip.`);
  });
}

async function download(url: string): Promise<Uint8Array> {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && hostname !== "127.0.0.1") throw new Error("An ffmpeg is fetched by https only.");
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) }).catch((cause: unknown) => {
    throw new Error(`${url} could not be fetched: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

function requireLayer(place: string, bytes: Uint8Array): void {
  const wrong = (why: string) => new Error(`${place} is no layer with an ffmpeg: ${why}.`);
  if (bytes.length > MOST_PACKED) throw wrong(`it has more than ${MOST_PACKED / 1e6} MB`);
  let unpacked = 0;
  const files = unpack(bytes, ({ name, originalSize }) => {
    unpacked += originalSize;
    return name === "bin/ffmpeg";
  });
  if (files === null) throw wrong("it cannot be unpacked");
  const program = files["bin/ffmpeg"];
  if (program === undefined) throw wrong("it has no bin/ffmpeg");
  if (unpacked > MOST_UNPACKED) throw wrong(`unpacked it has more than ${MOST_UNPACKED / 1e6} MB`);
  if (!isProgram(program)) throw wrong("its bin/ffmpeg is no 64-bit x86 program of Linux");
  if (!mayBeRun(bytes)) throw wrong("its bin/ffmpeg may not be run (chmod 755 it before zipping)");
}

function unpack(bytes: Uint8Array, filter: (file: { name: string; originalSize: number }) => boolean) {
  try {
    return unzipSync(bytes, { filter });
  } catch {
    return null;
  }
}

/** ELF, 64 bit, x86-64: the architecture of serverless.yml and of Function Compute. */
function isProgram(file: Uint8Array): boolean {
  const head = Buffer.from(file.subarray(0, 20));
  return head.length === 20 && head.toString("latin1", 1, 4) === "ELF" && head[4] === 2 && head.readUInt16LE(18) === 62;
}

/** The rights of bin/ffmpeg, as the zip's directory has them: its entry begins with PK 1 2, and has them 8 bytes before the name's place. */
function mayBeRun(zip: Uint8Array): boolean {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const name = Buffer.from("bin/ffmpeg");
  for (
    let at = bytes.indexOf("PK\x01\x02", 0, "latin1");
    at !== -1;
    at = bytes.indexOf("PK\x01\x02", at + 4, "latin1")
  ) {
    const isIt = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).equals(name);
    if (isIt) return ((bytes.readUInt32LE(at + 38) >>> 16) & 0o111) !== 0;
  }
  return false;
}
