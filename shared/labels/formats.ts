// Which format can carry a mark. One more: its line here.
import type { Carrier } from "./carrier.ts";
import { gifCarrier } from "./formats/gif.ts";
import { isoMediaCarrier } from "./formats/iso-media.ts";
import { jpegCarrier } from "./formats/jpeg.ts";
import { jsonTextCarrier } from "./formats/json-text.ts";
import { mp3Carrier } from "./formats/mp3.ts";
import { pngCarrier } from "./formats/png.ts";
import { srtCarrier, vttCarrier } from "./formats/subtitles.ts";
import { wavCarrier } from "./formats/wav.ts";
import { webmCarrier } from "./formats/webm.ts";
import { webpCarrier } from "./formats/webp.ts";

const carriers: readonly Carrier[] = [
  jpegCarrier,
  pngCarrier,
  webpCarrier,
  gifCarrier,
  wavCarrier,
  mp3Carrier,
  isoMediaCarrier,
  webmCarrier,
  jsonTextCarrier,
  srtCarrier,
  vttCarrier,
];

/** `head`: the file's first 256 bytes, or all of a shorter one. Null: nothing can be written into such a file. */
export function carrierOf(head: Buffer): Carrier | null {
  return carriers.find((carrier) => carrier.matches(head)) ?? null;
}
