// What is said of a file that somebody has asked about: states, never probabilities.

export interface Verdict {
  /** Found from the bytes; `application/octet-stream` where they are of no format that is known here. */
  type: string;
  /** Hex, of the bytes. */
  sha256: string;
  /** `whole`: read to its end. `partly`: it is cut short or damaged, and the marks are those in front of that. `not`: no format that is looked into. */
  read: "whole" | "partly" | "not";
  /** What the file says of itself; `unknown` where a mark may be in what could not be read. */
  ai: "yes" | "maybe" | "not_declared" | "unknown";
  ours: Ours;
  marks: FoundMark[];
  /** One line for people. */
  summary: string;
  /** What all this does not tell. */
  limits: string;
}

/** Nothing of the job, nor of whose it is. */
export interface Ours {
  /** A label of ours is in the file. */
  known: boolean;
  /** The output that the label was written for. */
  output: string | null;
  /** Whether this is what was labelled: the stored bytes, or the same picture or sound. Null where that cannot be told any more. */
  intact: boolean | null;
}

export type FoundMark = LabelMark | IptcMark | ManifestMark;

/** The label of GB 45438-2025. Texts are as the file has them, cut where they are too long. */
export interface LabelMark {
  kind: "gb45438";
  /** Format and place: `png:tEXt`. */
  carrier: string;
  /** `conflicting`: the file has another label that says something else. */
  state: "ok" | "malformed" | "conflicting";
  /** 1: made by AI; 2: perhaps; 3: suspected. Null where it says something else. */
  label: "1" | "2" | "3" | null;
  producer: string | null;
  produceId: string | null;
  propagator: string | null;
  propagateId: string | null;
  /** `ours_broken`: it names us, and we did not write it, or not for what this file shows. */
  signature: "ours_ok" | "ours_broken" | "foreign";
  /** In which ways it is not as the standard wants it. */
  deviations: string[];
}

/** IPTC's digital source type; of its own words the last part of the URI. */
export interface IptcMark {
  kind: "iptc";
  value: string;
}

/** C2PA's manifest. `remote_only`: the file says where one lies, which is not fetched. */
export interface ManifestMark extends ManifestFinding {
  kind: "c2pa";
  /** Why it is `unreadable`: this process has nothing to read it with, or it could not be read. */
  reason: "not_checked" | "failed" | null;
}

/** What reads a manifest says of it. `valid`: bytes and signature are in order, and nobody vouches for the signer; `trusted`: somebody does. */
export interface ManifestFinding {
  state: "trusted" | "valid" | "invalid" | "unreadable" | "remote_only";
  signer: string | null;
  generator: string | null;
  /** A URI of IPTC's news codes. */
  sourceType: string | null;
  /** C2PA's codes, such as `assertion.dataHash.mismatch`. */
  failures: string[];
}

/** Reads the manifest in a file; without a network. Null: nothing here can read it. */
export type ReadManifest = (bytes: Uint8Array, contentType: string) => Promise<ManifestFinding | null>;
