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

/** What a label that names us is worth. `known`: we have written it. `intact`: and for what is shown here; null where the code does not cover that. */
export function checkOwn(
  producer: Producer,
  { ContentPropagator, PropagateID, ContentProducer, ProduceID, ReservedCode1, ReservedCode2 }: AigcLabel,
  mediaSha256: string | null,
): { known: boolean; intact: boolean | null } {
  const isProducer = ContentProducer === producer.name;
  const [name, produceId, code] = isProducer
    ? [ContentProducer, ProduceID, ReservedCode1]
    : [ContentPropagator, PropagateID, ReservedCode2];
  if (name !== producer.name) return { known: false, intact: null };
  const [claim, bound] = code.split(".");
  const known = isSame(claim ?? "", claimOf(producer, produceId));
  if (!known || bound === undefined || mediaSha256 === null) return { known, intact: null };
  return { known, intact: isSame(bound, boundOf(producer, { produceId, mediaSha256 })) };
}

/** Two codes with a dot between them: that the name is ours, and that it belongs to these pixels. So an altered file still names its origin. */
function codeOf(producer: Producer, { produceId, mediaSha256 }: Labelled): string {
  const claim = claimOf(producer, produceId);
  return mediaSha256 === null ? claim : `${claim}.${boundOf(producer, { produceId, mediaSha256 })}`;
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
