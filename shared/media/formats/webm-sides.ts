// The sides of a WebM video as it is shown: RFC 9559, 5.1.4.1.28.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Element, type ElementReaders, readChildren, readFloat, readUnsigned } from "./ebml.ts";
import type { Sides } from "./format.ts";

/** What a number of the video's settings is called. */
const fields = {
  176: "width",
  186: "height",
  21674: "cropBottom",
  21691: "cropTop",
  21708: "cropLeft",
  21725: "cropRight",
  21680: "displayWidth",
  21690: "displayHeight",
  21682: "displayUnit",
} as const;

type Settings = Record<(typeof fields)[keyof typeof fields], number>;

const PROJECTION = 0x7670;
const PROJECTION_ROLL = 0x7675;

/** The display's sides are pixels; centimetres, inches or a ratio, which say but its shape; or nothing that is known. */
const PIXELS = 0;
const UNKNOWN = 4;

export function* readSides(reader: ByteReader, video: Element): Parser<Sides> {
  const entries = Object.values(fields).map((name) => [name, 0]);
  const settings: Settings = Object.fromEntries(entries);
  let roll = 0;
  const readers: ElementReaders = {
    *[PROJECTION](projection) {
      yield* readChildren(reader, projection, {
        *[PROJECTION_ROLL](element) {
          roll = yield* readFloat(reader, element);
        },
      });
    },
  };
  for (const [id, name] of Object.entries(fields)) {
    readers[Number(id)] = function* (element) {
      settings[name] = yield* readUnsigned(reader, element);
    };
  }
  yield* readChildren(reader, video, readers);
  const { width, height } = shownSides(settings);
  return Math.abs(Math.round(roll)) % 180 === 90 ? { width: height, height: width } : { width, height };
}

/** What is cropped is cut off first; the sides of the display are those of what is left, unless they are stated. */
function shownSides(settings: Settings): Sides {
  const width = settings.width - settings.cropLeft - settings.cropRight;
  const height = settings.height - settings.cropTop - settings.cropBottom;
  const { displayWidth, displayHeight, displayUnit } = settings;
  if (displayUnit === PIXELS) return { width: displayWidth || width, height: displayHeight || height };
  if (displayUnit >= UNKNOWN || displayWidth === 0 || displayHeight === 0) return { width, height };
  return { width: Math.round((displayWidth * height) / displayHeight), height };
}
