// What a file says of itself, and what was found to be said in one.

/** What a file is to say of itself. */
export interface Mark {
  /** The seven fields of the Chinese standard's label; null: none is written. */
  aigc: AigcLabel | null;
  /** A whole URI of IPTC's news codes, such as `http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia`; null: none is written. */
  digitalSourceType: string | null;
  /** Which system made it; null: not told. */
  system: { name: string; version: string } | null;
}

export interface AigcLabel {
  Label: string;
  ContentProducer: string;
  ProduceID: string;
  ReservedCode1: string;
  ContentPropagator: string;
  PropagateID: string;
  ReservedCode2: string;
}

/** Writes the mark into a file while it streams. Throws AppError `invalid_output` when the file cannot carry it. */
export type WriteMark = (body: AsyncIterable<Uint8Array>, mark: Mark) => AsyncIterable<Uint8Array>;

/** What a reader found; `aigc` raw texts, in the order in which they stand (more than one is against the standard). */
export interface FoundMarks {
  aigc: string[];
  digitalSourceTypes: string[];
  xmp: string[];
  hasC2pa: boolean;
}

/** In words for the operator; `cause` of what was thrown. */
export interface Problem {
  reason: string;
  cause?: unknown;
}
