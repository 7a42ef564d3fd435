// Verifying: which marks a file carries, whose they are, and whether they are still those of what it shows. Nothing is fetched, kept or logged.
import { createHash } from "node:crypto";
import { type LabelFound, labelMarks, labelsIn, type Us } from "./label-marks.ts";
import { type Read, readSoftly } from "./read-softly.ts";
import { shown } from "./shown.ts";
import { aiOf, LIMITS, summaryOf } from "./summary.ts";
import type { FoundMark, IptcMark, ManifestFinding, ManifestMark, Ours, ReadManifest, Verdict } from "./verdict.ts";

export interface VerifyDeps {
  us: Us;
  /** The sha256 (hex) of what is stored for the output of this name; null when there is none any more. */
  storedSha256(output: { ownerId: string; produceId: string }): Promise<string | null>;
  /** Null where a process has nothing to read manifests of C2PA with. */
  readManifest: ReadManifest | null;
}

/** Whatever the bytes are, there is an answer. Throws only what `storedSha256` throws. */
export async function verifyFile(deps: VerifyDeps, bytes: Uint8Array): Promise<Verdict> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const read = await readSoftly(bytes);
  const { labels, ours } = await oursAmong(deps, labelsIn(deps.us, read), read, sha256);
  const marks: FoundMark[] = [
    ...(await manifestMarks(deps.readManifest, read, bytes)),
    ...labelMarks(deps.us, labels),
    ...iptcMarks(read),
  ];
  const ai = aiOf(marks, read);
  const summary = summaryOf({ ai, ours, marks, read });
  return { type: read.type, sha256, read: read.read, ai, ours, marks, summary, limits: LIMITS };
}

/** Only one label is looked up: there should be one. What its code leaves open, the stored file says. */
async function oursAmong(
  { storedSha256 }: VerifyDeps,
  labels: readonly LabelFound[],
  { read }: Read,
  sha256: string,
): Promise<{ labels: readonly LabelFound[]; ours: Ours }> {
  const first = labels.find(({ checked }) => checked.known);
  const output = first?.checked.output;
  if (!first || !output) return { labels, ours: { known: false, output: null, intact: null } };
  const { produceId, ownerId } = output;
  const stored = ownerId === null ? null : await storedSha256({ ownerId, produceId });
  const isSame = stored === sha256;
  const intact = isSame || (read === "partly" ? false : (first.checked.intact ?? (stored === null ? null : false)));
  const settled = { ...first, checked: { ...first.checked, intact } };
  return {
    labels: labels.map((each) => (each === first ? settled : each)),
    ours: { known: true, output: produceId, intact },
  };
}

const nothing = { signer: null, generator: null, sourceType: null, failures: [] };

/** C2PA 2.2, 11.4: where a manifest lies that is not in the file stands in XMP's `dcterms:provenance`. */
async function manifestMarks(
  readManifest: ReadManifest | null,
  read: Read,
  bytes: Uint8Array,
): Promise<ManifestMark[]> {
  const { hasC2pa, xmp } = read.found;
  if (!hasC2pa) {
    const isElsewhere = xmp.some((packet) => /\bprovenance\s{0,8}(=\s{0,8}["']|>)\s{0,8}https?:/.test(packet));
    return isElsewhere ? [{ kind: "c2pa", state: "remote_only", ...nothing, reason: null }] : [];
  }
  try {
    const manifest = await readManifest?.(bytes, read.type);
    if (!manifest) return [{ kind: "c2pa", state: "unreadable", ...nothing, reason: "not_checked" }];
    return [{ kind: "c2pa", ...plain(manifest), reason: null }];
  } catch {
    return [{ kind: "c2pa", state: "unreadable", ...nothing, reason: "failed" }];
  }
}

/** What it says was written by whoever made the file. */
function plain({ state, signer, generator, sourceType, failures }: ManifestFinding): ManifestFinding {
  const [said, by, type] = [generator, signer, sourceType].map((text) => (text === null ? null : shown(text)));
  const codes = failures.slice(0, 20).flatMap((code) => shown(code) ?? []);
  return { state, signer: by ?? null, generator: said ?? null, sourceType: type ?? null, failures: codes };
}

function iptcMarks({ found }: Read): IptcMark[] {
  const values = new Set(found.digitalSourceTypes.flatMap((uri) => shown(uri.replace(newsCodes, "")) ?? []));
  return [...values].slice(0, 20).map((value) => ({ kind: "iptc", value }));
}

const newsCodes = /^https?:\/\/cv\.iptc\.org\/newscodes\/digitalsourcetype\//;
