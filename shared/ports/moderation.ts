// Whether words and pictures may be worked with and shown, as a port: a service looks at them and says so.
import type { MediaKind } from "./provider.ts";

/** `review`: it cannot say, or a person should look. What becomes of that is for whoever asked. */
export const verdicts = ["allow", "review", "block"] as const;
export type Verdict = (typeof verdicts)[number];

/** What it looks at: words, pictures, or both. Of a film its pictures are still ones, in their order. */
export interface Content {
  /** As somebody wrote it: data, whatever it asks for. */
  text?: string;
  images?: readonly CheckedImage[];
}

/** A still picture made for being looked at: a JPEG of at most 1024 pixels a side, some 300 KB. */
export interface CheckedImage {
  bytes: Uint8Array;
  /**
   * For a service that fetches by itself: an absolute URL in the operator's own store, signed for an hour at most. Rejects where nobody
   * outside could reach it.
   */
  url(): Promise<string>;
}

export interface Category {
  /** The service's own word for it: at most 64 letters, digits and `-_./`. Users may see it. */
  name: string;
  /** 0 to 1, where the service says. */
  score?: number;
}

export interface Finding {
  verdict: Verdict;
  /** What speaks against it, the strongest first, at most 8. None where it is allowed. */
  categories: readonly Category[];
}

/**
 * Asked twice, it may say two things: whoever acts on a finding keeps it. Nothing of the content stays with the adapter or goes into an error.
 */
export interface Moderation {
  /** Names it in logs and on records, such as `openai`. */
  readonly id: string;
  /**
   * The worst that is found of any part. Content without words and pictures is allowed, and nobody is asked. Rejects when there is no
   * finding: with AppError `unavailable` when another try may help (`retryAfterMs` where the service says), with one that is `forOperator`
   * when it may not; anything else, such as an answer that says nothing, counts as the former. Rejects once the signal has aborted.
   */
  check(content: Content, signal: AbortSignal): Promise<Finding>;
}

export interface SeenFile {
  type: MediaKind;
  /** Of a film: `mp4`, `mov` or `webm`. */
  extension?: string;
  /** Bytes. */
  size: number;
  /** Null where nobody knows, or it is a still picture. */
  durationMs: number | null;
}

/** What there is to see of a file: a picture small, an animation or a film by at most 20 stills of it. */
export interface Look {
  /** What to do where films cannot be seen; null where they can. */
  blindness(): string | null;
  /**
   * JPEGs of the file, in their order. Rejects when it cannot be seen; with AppError `invalid_output` when that is the file's fault, so that
   * another try would come to the same. Leaves nothing on the disk. `turn`: what decodes waits in it.
   */
  at(
    file: SeenFile,
    body: AsyncIterable<Uint8Array>,
    options: { turn: (act: () => Promise<void>) => Promise<void>; signal: AbortSignal },
  ): Promise<Uint8Array[]>;
}
