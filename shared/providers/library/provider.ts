// `library`: music that the operator has, out of the operator's own store. Nothing is made: a piece of the mood is taken, copied and kept.
import { createHash } from "node:crypto";
import { AppError } from "../../errors/app-error.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import type { Provider, ProviderHealth, ProviderRequest, StartOutcome } from "../../ports/provider.ts";
import { type Mood, moods } from "../../ports/wishes.ts";
import { libraryOffer } from "./offer.ts";
import { folderOf, isPiece, musicFolder, piecesOf } from "./pieces.ts";

export interface LibraryOptions {
  /** Where the music lies, below `library/music/{mood}/`. */
  store: ObjectStore;
}

export function createLibraryProvider({ store }: LibraryOptions): Provider {
  return {
    ...libraryOffer,

    async health(signal) {
      signal.throwIfAborted();
      const found = await Promise.all(moods.map(async (mood) => [mood, (await piecesOf(store, mood)).length] as const));
      return healthOf(new Map(found));
    },

    async start(request, { reference, signal }) {
      signal.throwIfAborted();
      const mood = moodOf(request);
      const pieces = await piecesOf(store, mood);
      signal.throwIfAborted();
      if (pieces.length === 0) return noneOf(mood);
      const first = request.seed ?? seedOf(reference);
      const keys = Array.from({ length: request.n }, (_, index) => pieces[(first + index) % pieces.length] ?? "");
      return { state: "succeeded", sources: keys.map((key) => ({ kind: "stream", data: { key } })) };
    },

    async check(_task, { signal }) {
      signal.throwIfAborted();
      const message = "There is no such piece: `library` delivers at once and keeps no tasks.";
      return { state: "failed", failure: { type: "provider_error", message, retryable: true } };
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("library keeps no tasks that could be looked up");
    },

    async open({ data: { key } }, request, { signal }) {
      signal.throwIfAborted();
      if (typeof key !== "string" || !isPiece(key, moodOf(request))) throw new AppError("invalid_output");
      const object = await store.get(key, { signal });
      if (!object) throw new AppError("fetch_failed", { message: "The piece was taken away before it was copied." });
      return object.body;
    },
  };
}

/** Not to be tried again: nobody but the operator can mend it. Another mood's piece would be another film. */
function noneOf(mood: Mood): StartOutcome {
  const message = `There is no music for the mood ${mood} here: ${folderOf(mood)} has no .mp3 or .wav file.`;
  return { state: "failed", failure: { type: "provider_error", message, retryable: false } };
}

function healthOf(counts: ReadonlyMap<Mood, number>): ProviderHealth {
  const missing = moods.filter((mood) => counts.get(mood) === 0);
  const said = `Pieces: ${moods.map((mood) => `${mood} ${counts.get(mood)}`).join(", ")}.`;
  if (missing.length === 0) return { status: "up", message: said };
  const lack = `Put .mp3 or .wav files into the store below ${missing.map(folderOf).join(", ")}`;
  const names = "with names of letters, digits, dots, _ and -";
  if (missing.length < moods.length) return { status: "up", message: `${said} ${lack}, ${names}.` };
  return { status: "down", message: `There is no music below ${musicFolder}. ${lack}, ${names}.` };
}

/** `validate` has refused what has none. */
function moodOf({ sound }: ProviderRequest): Mood {
  if (sound?.kind !== "music") throw new AppError("invalid_output");
  return sound.mood;
}

/** The reference names the attempt for ever, so that a restart takes the same. */
function seedOf(reference: string): number {
  return createHash("sha256").update(reference).digest().readUInt32BE(0) >>> 1;
}
