// Our own label: made of the operator's settings and the output's name, and known again by a code that only we can make.
import { createHmac, timingSafeEqual } from "node:crypto";
import { readAigc } from "./aigc-text.ts";
import type { AigcLabel } from "./mark.ts";

export interface Producer {
  /** The operator's 27 characters, or the system's name. */
  name: string;
  /** A secret: who has it can say that a file is ours. */
  key: string;
}

/**
 * The output's name for ever, and the sha256 (hex) of what is shown of it, without what it says of itself. Null where it is not known before the
 * label has to be written: a film is labelled while it streams.
 */
export interface Labelled {
  produceId: string;
  mediaSha256: string | null;
  /** Whose it is, a UUID: sealed, so that by our key, and by nothing else, the output's record is found. Null: nobody's. */
  ownerId: string | null;
}

/** Producer and propagator are both we: our own pages spread what we make. */
export function ownLabel(producer: Producer, labelled: Labelled): AigcLabel {
  const { produceId } = labelled;
  const ReservedCode1 = codeOf(producer, labelled);
  return {
    ...{ Label: "1", ContentProducer: producer.name, ProduceID: produceId, ReservedCode1 },
    ...{ ContentPropagator: producer.name, PropagateID: produceId, ReservedCode2: "" },
  };
}

/** A label that came with the file keeps what it says of its producer; we are who spreads it. A text that is no label is dropped. */
export function carriedLabel(found: readonly string[], own: AigcLabel): AigcLabel {
  const foreign = found
    .map((raw) => readAigc(raw)?.label)
    .find((label) => label && label.ContentProducer !== "" && canBeCarried(label));
  if (!foreign || isOwn(foreign, own)) return own;
  const { ContentProducer, ProduceID, ReservedCode1 } = foreign;
  const Label = /^[123]$/.test(foreign.Label) ? foreign.Label : own.Label;
  return { ...own, Label, ContentProducer, ProduceID, ReservedCode1, ReservedCode2: own.ReservedCode1 };
}

export interface Checked {
  /** We have written it. */
  known: boolean;
  /** And for what is shown here; null where the code does not cover that. */
  intact: boolean | null;
  /** The output that it was written for; null when it is not ours. */
  output: { produceId: string; ownerId: string | null } | null;
}

/** What a label is worth that may be ours: as a producer's or as a spreader's, under whatever name we had when it was written. */
export function checkOwn({ key }: Pick<Producer, "key">, label: AigcLabel, mediaSha256: string | null): Checked {
  const claims = [
    { name: label.ContentProducer, produceId: label.ProduceID, code: label.ReservedCode1 },
    { name: label.ContentPropagator, produceId: label.PropagateID, code: label.ReservedCode2 },
  ];
  for (const { name, produceId, code } of claims) {
    const producer = { name, key };
    const [claim = "", bound = "", sealed = ""] = code.split(".");
    if (!isSame(claim, claimOf(producer, produceId))) continue;
    const isBound = bound !== "" && mediaSha256 !== null;
    return {
      known: true,
      intact: isBound ? isSame(bound, boundOf(producer, { produceId, mediaSha256 })) : null,
      output: { produceId, ownerId: opened(producer, produceId, sealed) },
    };
  }
  return { known: false, intact: null, output: null };
}

/**
 * Three codes with dots between them: that the name is ours; that it belongs to these pixels, so that an altered file still names its origin; and
 * whose it is.
 */
function codeOf(producer: Producer, { produceId, mediaSha256, ownerId }: Labelled): string {
  const claim = claimOf(producer, produceId);
  const bound = mediaSha256 === null ? "" : boundOf(producer, { produceId, mediaSha256 });
  const owner = ownerId === null ? "" : sealed(producer, produceId, ownerId);
  return [claim, bound, owner].join(".").replace(/\.+$/, "");
}

const ID_BYTES = 16;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A name is never given to the outputs of two, so that each pad hides one id only. */
function sealed(producer: Producer, produceId: string, ownerId: string): string {
  if (!uuid.test(ownerId)) throw new RangeError("An owner's id has to be a UUID.");
  return hidden(producer, produceId, Buffer.from(ownerId.replaceAll("-", ""), "hex")).toString("base64url");
}

/** Whoever changes it gets the id of nobody. */
function opened(producer: Producer, produceId: string, text: string): string | null {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== ID_BYTES) return null;
  const digits = hidden(producer, produceId, bytes).toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function hidden(producer: Producer, produceId: string, bytes: Buffer): Buffer {
  const pad = Buffer.from(hmac(producer, `owner\n${produceId}`), "base64url");
  return Buffer.from(bytes.map((byte, at) => byte ^ (pad[at] ?? 0)));
}

function claimOf(producer: Producer, produceId: string): string {
  return hmac(producer, `name\n${produceId}`);
}

function boundOf(producer: Producer, { produceId, mediaSha256 }: { produceId: string; mediaSha256: string }): string {
  return hmac(producer, `media\n${produceId}\n${mediaSha256}`);
}

function hmac({ name, key }: Producer, text: string): string {
  return createHmac("sha256", key).update(`${name}\n${text}`).digest("base64url");
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function isOwn(foreign: AigcLabel, own: AigcLabel): boolean {
  return foreign.ContentProducer === own.ContentProducer && foreign.ProduceID === own.ProduceID;
}

/** A field's most characters: four times the longest that was seen. */
const MAX_FIELD = 1024;

function canBeCarried(label: AigcLabel): boolean {
  return Object.values(label).every((text) => text.length <= MAX_FIELD);
}
