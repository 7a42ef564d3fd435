// The labels of GB 45438 that stand in a file, each with its state and with what its code is worth.
import { type Checked, checkOwn } from "../aigc.ts";
import { aigcText, type ReadAigc, readAigc } from "../aigc-text.ts";
import type { AigcLabel } from "../mark.ts";
import type { Read } from "./read-softly.ts";
import { shown } from "./shown.ts";
import type { LabelMark } from "./verdict.ts";

export interface Us {
  /** As new labels have it. */
  name: string;
  key: string;
  /** The name is a provider's code: nobody else writes it into their labels. */
  isOnlyOurs: boolean;
}

export interface LabelFound {
  carrier: string;
  /** Null where it cannot be read as one. */
  read: ReadAigc | null;
  checked: Checked;
}

/** Of labels; nobody means to write even a second one. */
const MAX_SHOWN = 10;

const nobodys: Checked = { known: false, intact: null, output: null };

export function labelsIn(us: Us, { name, found }: Read): LabelFound[] {
  return found.aigc.map((raw, at) => {
    const read = readAigc(raw);
    const checked = read ? checkOwn(us, read.label, found.mediaSha256) : nobodys;
    return { carrier: `${name}:${found.places[at] ?? ""}`, read, checked };
  });
}

export function labelMarks(us: Us, labels: readonly LabelFound[]): LabelMark[] {
  const said = new Set(labels.flatMap(({ read }) => (read ? [aigcText(read.label)] : [])));
  return labels.slice(0, MAX_SHOWN).map(({ carrier, read, checked }) => {
    if (!read) return unreadable(carrier);
    const { label } = read;
    const isRepeated = said.size === 1 && labels.length > 1;
    const deviations = [...read.deviations, ...(isRepeated ? ["it stands in the file more than once"] : [])];
    return {
      ...{ kind: "gb45438", carrier, label: numberOf(label), deviations },
      state: said.size > 1 ? "conflicting" : read.deviations.length > 0 ? "malformed" : "ok",
      ...{ producer: shown(label.ContentProducer), produceId: shown(label.ProduceID) },
      ...{ propagator: shown(label.ContentPropagator), propagateId: shown(label.PropagateID) },
      signature: signatureOf(us, label, checked),
    };
  });
}

function signatureOf(us: Us, label: AigcLabel, { known, intact }: Checked): LabelMark["signature"] {
  if (known) return intact === false ? "ours_broken" : "ours_ok";
  const namesUs = us.isOnlyOurs && [label.ContentProducer, label.ContentPropagator].includes(us.name);
  return namesUs ? "ours_broken" : "foreign";
}

function numberOf({ Label }: AigcLabel): LabelMark["label"] {
  return Label === "1" || Label === "2" || Label === "3" ? Label : null;
}

function unreadable(carrier: string): LabelMark {
  const nothing = { label: null, producer: null, produceId: null, propagator: null, propagateId: null };
  const deviations = ["it cannot be read as a label"];
  return { kind: "gb45438", carrier, state: "malformed", ...nothing, signature: "foreign", deviations };
}
