// Labelling: a file goes in, the same file comes out and says what it is. The last thing that touches its bytes before they are stored.
import { AppError } from "../errors/app-error.ts";
import { type Spool, withSpool } from "../media/spool.ts";
import { carriedLabel, ownLabel, type Producer } from "./aigc.ts";
import { aigcText, readAigc } from "./aigc-text.ts";
import { chained, headOf, rememberingFailure } from "./bodies.ts";
import { MAX_SIGNED_BYTES, type Signer } from "./c2pa/sign.ts";
import { canSign, signedCopy, sizeOf } from "./c2pa/signed-copy.ts";
import type { Carrier, Examined, Reopen } from "./carrier.ts";
import { carrierOf } from "./formats.ts";
import type { FoundMarks, Mark } from "./mark.ts";
import { type Notes, noting, type Problem } from "./notes.ts";
import { type DiskSpool, withDisk, writeBeginning } from "./on-disk.ts";
import { drawn, type VisibleLabel } from "./visible/drawing.ts";
import { type FilmTools, noFilmTools } from "./visible/films.ts";
import { watched } from "./watch.ts";

/** More than any mark adds to a file. */
export const MAX_LABEL_BYTES = 65_536;

/** C2PA 2.2, A.5.1: the id of the box that stands right behind the first one of a film; what is streamed is not read before. */
const BOX_OF_C2PA = Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex");

export type { Problem } from "./notes.ts";

export type LabelProfile = "metadata" | "cn" | "eu" | "all";

export interface LabelsOptions {
  profile: LabelProfile;
  producer: Producer;
  /** Which system makes the files, in a name for people. */
  systemName: string;
  /** Whether files that somebody else has made are labelled when they are imported. */
  marksImports: boolean;
  /** What draws into films. Absent: nothing does. */
  films?: FilmTools;
  /** Signs what can be signed; null: nothing is signed. */
  signer?: Signer | null;
}

/** What is to be said of one file. The same for the same output, whoever says it how often: so are the bytes, unless they are signed. */
export interface Said {
  /** The output's name for ever. */
  produceId: string;
  /** Whose it is: a UUID that only we can read in the label. */
  ownerId: string;
  /** A whole URI of IPTC's news codes. */
  digitalSourceType: string;
  /** The version of the system: what has made it. */
  model: string;
  /** Epoch milliseconds. */
  madeAt: number;
}

export interface Marking {
  body: AsyncIterable<Uint8Array>;
  /** Once the body has ended well or badly: why the file does not carry the mark, or the visible label that is required; null when it does. */
  problem(): Problem | null;
  /** Why it goes without a visible label that is not required. */
  undrawn(): Problem | null;
  /** Once the body has ended well: whether the visible label is in it. */
  isDrawn(): boolean;
  /** Once the body has ended: what is missing although the file may be kept: its signature, the signature's time. Null: nothing is. */
  remark(): Problem | null;
  /** True: the body has broken off because the file turned out to be signed by who made it. It is to be kept as it is. */
  isToStay(): boolean;
}

export interface Labels {
  readonly marksImports: boolean;
  /** True: a file that does not carry its mark may not be kept. */
  readonly isRequired: boolean;
  /**
   * Passes the file through, marked. Where that cannot be done the file passes as it came, and `problem` says why; one that is marked while it
   * streams breaks off with `internal`. What the body itself throws is passed on. `visible`: what is drawn before. A file without the visible label that is required has no mark
   * either: so whoever finds the mark knows of both.
   */
  mark(body: AsyncIterable<Uint8Array>, said: Said, visible?: VisibleLabel | null): Marking;
  /** Passes a file through that was marked before, and looks whether it carries what it has to. */
  look(body: AsyncIterable<Uint8Array>, said: Said): Omit<Marking, "isDrawn" | "undrawn">;
}

/** A file on its way through the disk. */
interface ToLabel {
  carrier: Carrier;
  said: Said;
  /** Labels of others that the file had before it was drawn into. */
  carried: readonly string[];
  notes: Notes;
  spool: Pick<Spool, "write">;
  /** The same where files have paths, which signing needs; null: they may be in memory. */
  disk: DiskSpool | null;
}

/** Which marks have to be there; all are always written. A signature has to be where files are signed at all, if one of this kind and size can be. */
const demands: Readonly<Record<LabelProfile, { aigc: boolean; sourceType: boolean; signature: boolean }>> = {
  metadata: { aigc: false, sourceType: false, signature: false },
  cn: { aigc: true, sourceType: false, signature: false },
  eu: { aigc: false, sourceType: true, signature: true },
  all: { aigc: true, sourceType: true, signature: true },
};

export function createLabels({
  profile,
  producer,
  systemName,
  marksImports,
  films = noFilmTools,
  signer = null,
}: LabelsOptions): Labels {
  const demanded = demands[profile];

  function markOf({ produceId, ownerId, digitalSourceType, model }: Said, found: Examined | null): Mark {
    const own = ownLabel(producer, { produceId, ownerId, mediaSha256: found?.mediaSha256 ?? null });
    const aigc = carriedLabel(found?.aigc ?? [], own);
    return { aigc, digitalSourceType, system: { name: systemName, version: model } };
  }

  async function* spooled(body: AsyncIterable<Uint8Array>, file: ToLabel) {
    yield* labelled(await file.spool.write("original", body), file);
  }

  /** A film that can be signed is no longer than what may lie on the disk. */
  async function* signedIfSmall(body: AsyncIterable<Uint8Array>, file: ToLabel, staysIfLarge: boolean) {
    const { carrier, said, notes, disk } = file;
    if (!disk) throw new Error("what is to be signed lies on the disk");
    const { read, rest } = await writeBeginning(disk, "original", body, MAX_SIGNED_BYTES);
    if (!rest) return yield* labelled(read, file);
    notes.remark(tooLargeToSign);
    const whole = chained(read(), rest);
    yield* staysIfLarge ? whole : streamed(carrier, whole, said, notes);
  }

  async function* labelled(original: Reopen, file: ToLabel) {
    const { carrier, notes } = file;
    const marked = await markedCopy(original, file).catch((cause) => {
      // A disk that is full says nothing of the file.
      if (cause instanceof Error && "syscall" in cause) throw cause;
      notes.tell(`A file could not be labelled: ${carrier.name}`, cause);
      return original;
    });
    yield* marked();
  }

  /** Nothing of it leaves before it was read back. */
  async function markedCopy(original: Reopen, { carrier, said, carried, notes, spool, disk }: ToLabel) {
    const { remark } = notes;
    const before = await carrier.read(original());
    const signing = signer && disk && canSign(carrier, await sizeOf(disk, "original")) ? { signer, disk } : null;
    if (disk && !signing) remark(tooLargeToSign);
    if (keepsManifest(before) && !signing) return original;
    const mark = markOf(said, { ...before, aigc: [...carried, ...before.aigc] });
    const marked = await spool.write("marked", carrier.write(original, mark));
    await readBack(carrier, marked, before, mark);
    if (!signing) return marked;
    try {
      const signed = await signedCopy(signing.signer, signing.disk, before, { carrier, said, systemName, remark });
      await readBack(carrier, signed, before, mark);
      return signed;
    } catch (cause) {
      if (demanded.signature || (cause instanceof Error && "syscall" in cause)) throw cause;
      remark(`A file could not be signed: ${carrier.name}`, cause);
      return keepsManifest(before) ? original : marked;
    }
  }

  async function* streamed(carrier: Carrier, body: AsyncIterable<Uint8Array>, said: Said, notes: Notes) {
    const source = rememberingFailure(body);
    const mark = markOf(said, null);
    const { body: marked, result } = watched(
      carrier.write(() => source.body, mark, demanded.aigc ? undefined : notes.letStay),
      carrier.read,
    );
    try {
      yield* marked;
      if (!fulfils(await result(), said)) throw new Error("the mark does not read back");
    } catch (error) {
      if (source.failed(error)) throw error;
      if (!notes.isToStay()) notes.tell(`A file could not be labelled: ${carrier.name}`, error);
      throw new AppError("internal", { cause: error });
    }
  }

  /** A manifest of C2PA would be broken by any change. Signed by who made the file, it says more than our mark does: where that is not demanded, it stays. */
  function keepsManifest({ hasC2pa }: FoundMarks): boolean {
    return hasC2pa && !demanded.aigc;
  }

  function fulfils(found: FoundMarks, { produceId, digitalSourceType }: Said, needsSignature = false): boolean {
    if (needsSignature && !found.hasC2pa) return false;
    if (keepsManifest(found) && !needsSignature) return true;
    const [raw = "", ...more] = found.aigc;
    const label = readAigc(raw)?.label;
    const isNamed = label?.ProduceID === produceId || label?.PropagateID === produceId;
    return isNamed && more.length === 0 && found.digitalSourceTypes.includes(digitalSourceType);
  }

  return {
    marksImports,
    isRequired: demanded.aigc || demanded.sourceType || demanded.signature,

    mark(body, said, visible = null) {
      const notes = noting();
      const drawing = visible && drawn(body, visible, films);
      async function* marking() {
        const { head, whole } = await headOf(drawing?.body ?? body);
        const lacking = visible?.isRequired ? drawing?.problem() : null;
        if (lacking) {
          notes.tell(lacking.reason, lacking.cause);
          return yield* whole;
        }
        const carrier = carrierOf(head);
        const isSigned = signer !== null && carrier !== null && carrier.signedAs !== null;
        if (signer && carrier && !isSigned) notes.remark(`${carrier.name} cannot be signed`);
        const stays = !demanded.aigc && head.includes(BOX_OF_C2PA);
        if (stays && !isSigned) return yield* whole;
        if (!carrier) {
          notes.tell("There is no way yet to label a file of this format");
          yield* whole;
          return;
        }
        if (carrier.isStreamed && !isSigned) return yield* streamed(carrier, whole, said, notes);
        const carried = drawing?.aigc() ?? [];
        const file = { carrier, said, carried, notes };
        if (!isSigned) return yield* withSpool((spool) => spooled(whole, { ...file, spool, disk: null }));
        yield* withDisk((disk) => {
          const signed = { ...file, spool: disk, disk };
          return carrier.isStreamed ? signedIfSmall(whole, signed, stays) : spooled(whole, signed);
        });
      }
      return {
        ...{ body: marking(), problem: notes.problem, remark: notes.remarked, isToStay: notes.isToStay },
        undrawn: () => (visible?.isRequired ? null : (drawing?.problem() ?? null)),
        isDrawn: () => drawing !== null && drawing.problem() === null,
      };
    },

    look(body, said) {
      const notes = noting();
      async function* looking() {
        const { head, whole } = await headOf(body);
        const carrier = carrierOf(head);
        if (!carrier) {
          notes.tell("A file of this format carries no label");
          return yield* whole;
        }
        const { body: passed, result } = watched(whole, carrier.read);
        let bytes = 0;
        for await (const chunk of passed) {
          bytes += chunk.byteLength;
          yield chunk;
        }
        try {
          // One that was a little too large before it was marked need not be so now.
          const needsSignature = demanded.signature && signer !== null && canSign(carrier, bytes + MAX_LABEL_BYTES);
          if (!fulfils(await result(), said, needsSignature)) notes.tell("The stored file does not carry its label");
        } catch (cause) {
          notes.tell("The stored file's label cannot be read", cause);
        }
      }
      return { body: looking(), problem: notes.problem, remark: notes.remarked, isToStay: notes.isToStay };
    },
  };
}

const tooLargeToSign = `A file of more than ${MAX_SIGNED_BYTES} bytes is not signed`;

/** The copy shows the same, and carries the mark. */
async function readBack(carrier: Carrier, copy: Reopen, before: Examined, mark: Mark): Promise<void> {
  const after = await carrier.read(copy());
  if (after.mediaSha256 !== before.mediaSha256) throw new Error("its content would not be the same");
  if (!carries(after, mark)) throw new Error("the mark does not read back");
}

/** Exactly this label and no other, and what IPTC's field says. */
function carries(found: FoundMarks, { aigc, digitalSourceType }: Mark): boolean {
  const [raw = "", ...more] = found.aigc;
  const label = readAigc(raw)?.label;
  const isLabelled = aigc === null || (label !== undefined && more.length === 0 && aigcText(label) === aigcText(aigc));
  return isLabelled && (digitalSourceType === null || found.digitalSourceTypes.includes(digitalSourceType));
}
