// What a source may yield.
import { AppError } from "../../shared/errors/app-error.ts";
import { tinyPng } from "./tiny-png.ts";

export async function* whole(): AsyncGenerator<Uint8Array> {
  yield tinyPng;
}

/** Ends in the middle of the file, as a connection does. */
// biome-ignore lint/correctness/useYield: nothing comes before it breaks
export async function* broken(): AsyncGenerator<Uint8Array> {
  throw new AppError("fetch_failed");
}

/** Half of a picture, and then the end. */
export async function* cut(): AsyncGenerator<Uint8Array> {
  yield tinyPng.subarray(0, tinyPng.length / 2);
}

export async function* text(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("<html><body>This link has expired.</body></html>");
}
