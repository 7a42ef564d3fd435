// Labelling: a file goes in, the same file comes out and says what it is. The last thing that touches its bytes before they are stored.
import { AppError } from "../errors/app-error.ts";
import { HEAD_BYTES } from "../media/formats/format.ts";
import { carriedLabel, ownLabel, type Producer } from "./aigc.ts";
import { aigcText, readAigc } from "./aigc-text.ts";
import { ByteSource } from "./byte-source.ts";
import type { Carrier, Examined, Reopen } from "./carrier.ts";
import { carrierOf } from "./formats.ts";
import type { FoundMarks, Mark, Problem } from "./mark.ts";
import { type Spool, withSpool } from "./spool.ts";
import { drawn, type VisibleLabel } from "./visible/drawing.ts";
import { type FilmTools, noFilmTools } from "./visible/films.ts";
import { watched } from "./watch.ts";

/** More than any mark adds to a file. */
export const MAX_LABEL_BYTES = 65_536;

/** C2PA 2.2, A.5.1: the id of the box that stands right behind the first one of a film; what is streamed is not read before. */
const BOX_OF_C2PA = Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex");

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
}

/** What is to be said of one file. The same for the same output, whoever says it how often: so are the bytes. */
export interface Said {
  /** The output's name for ever. */
  produceId: string;
  /** A whole URI of IPTC's news codes. */
  digitalSourceType: string;
  /** The version of the system: what has made it. */
  model: string;
}

export interface Marking {
  body: AsyncIterable<Uint8Array>;
  /** Once the body has ended well or badly: why the file does not carry the mark, or the visible label that is required; null when it does. */
  problem(): Problem | null;
  /** Why it goes without a visible label that is not required. */
  undrawn(): Problem | null;
  /** Once the body has ended well: whether the visible label is in it. */
  isDrawn(): boolean;
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

/** Which marks have to be there; both are always written. */
const demands: Readonly<Record<LabelProfile, { aigc: boolean; sourceType: boolean }>> = {
  metadata: { aigc: false, sourceType: false },
  cn: { aigc: true, sourceType: false },
  eu: { aigc: false, sourceType: true },
  all: { aigc: true, sourceType: true },
};

export function createLabels({
  profile,
  producer,
  systemName,
  marksImports,
  films = noFilmTools,
}: LabelsOptions): Labels {
  const demanded = demands[profile];

  function markOf({ produceId, digitalSourceType, model }: Said, found: Examined | null): Mark {
    const own = ownLabel(producer, { produceId, mediaSha256: found?.mediaSha256 ?? null });
    const aigc = carriedLabel(found?.aigc ?? [], own);
    return { aigc, digitalSourceType, system: { name: systemName, version: model } };
  }

  /** `carried`: labels of others that the file had before it was drawn into. */
  async function* spooled(
    carrier: Carrier,
    body: AsyncIterable<Uint8Array>,
    said: Said,
    carried: string[],
    tell: Tell,
    spool: Spool,
  ) {
    const original = await spool.write("original", body);
    const marked = await markedCopy(carrier, original, said, carried, spool).catch((cause) => {
      // A disk that is full says nothing of the file.
      if (cause instanceof Error && "syscall" in cause) throw cause;
      tell(`A file could not be labelled: ${carrier.name}`, cause);
      return original;
    });
    yield* marked();
  }

  /** Nothing of it leaves before it was read back. */
  async function markedCopy(
    carrier: Carrier,
    original: Reopen,
    said: Said,
    carried: string[],
    spool: Spool,
  ): Promise<Reopen> {
    const before = await carrier.read(original());
    if (keepsManifest(before)) return original;
    const mark = markOf(said, { ...before, aigc: [...carried, ...before.aigc] });
    const marked = await spool.write("marked", carrier.write(original, mark));
    const after = await carrier.read(marked());
    if (after.mediaSha256 !== before.mediaSha256) throw new Error("its content would not be the same");
    if (!carries(after, mark)) throw new Error("the mark does not read back");
    return marked;
  }

  async function* streamed(carrier: Carrier, body: AsyncIterable<Uint8Array>, said: Said, tell: Tell) {
    const source = rememberingFailure(body);
    const mark = markOf(said, null);
    const { body: marked, result } = watched(
      carrier.write(() => source.body, mark),
      carrier.read,
    );
    try {
      yield* marked;
      if (!fulfils(await result(), said)) throw new Error("the mark does not read back");
    } catch (error) {
      if (source.failed(error)) throw error;
      tell(`A file could not be labelled: ${carrier.name}`, error);
      throw new AppError("internal", { cause: error });
    }
  }

  /** A manifest of C2PA would be broken by any change. Signed by who made the file, it says more than our mark does: where that is not demanded, it stays. */
  function keepsManifest({ hasC2pa }: FoundMarks): boolean {
    return hasC2pa && !demanded.aigc;
  }

  function fulfils(found: FoundMarks, { produceId, digitalSourceType }: Said): boolean {
    if (keepsManifest(found)) return true;
    const [raw = "", ...more] = found.aigc;
    const label = readAigc(raw)?.label;
    const isNamed = label?.ProduceID === produceId || label?.PropagateID === produceId;
    return isNamed && more.length === 0 && found.digitalSourceTypes.includes(digitalSourceType);
  }

  return {
    marksImports,
    isRequired: demanded.aigc || demanded.sourceType,

    mark(body, said, visible = null) {
      const problems = noting();
      const drawing = visible && drawn(body, visible, films);
      async function* marking() {
        const { head, whole } = await headOf(drawing?.body ?? body);
        const lacking = visible?.isRequired ? drawing?.problem() : null;
        if (lacking) {
          problems.tell(lacking.reason, lacking.cause);
          return yield* whole;
        }
        if (!demanded.aigc && head.includes(BOX_OF_C2PA)) return yield* whole;
        const carrier = carrierOf(head);
        if (!carrier) {
          problems.tell("There is no way yet to label a file of this format");
          yield* whole;
        } else if (carrier.isStreamed) yield* streamed(carrier, whole, said, problems.tell);
        else yield* withSpool((spool) => spooled(carrier, whole, said, drawing?.aigc() ?? [], problems.tell, spool));
      }
      return {
        body: marking(),
        problem: problems.first,
        undrawn: () => (visible?.isRequired ? null : (drawing?.problem() ?? null)),
        isDrawn: () => drawing !== null && drawing.problem() === null,
      };
    },

    look(body, said) {
      const problems = noting();
      async function* looking() {
        const { head, whole } = await headOf(body);
        const carrier = carrierOf(head);
        if (!carrier) {
          problems.tell("A file of this format carries no label");
          return yield* whole;
        }
        const { body: passed, result } = watched(whole, carrier.read);
        yield* passed;
        try {
          if (!fulfils(await result(), said)) problems.tell("The stored file does not carry its label");
        } catch (cause) {
          problems.tell("The stored file's label cannot be read", cause);
        }
      }
      return { body: looking(), problem: problems.first };
    },
  };
}

type Tell = (reason: string, cause?: unknown) => void;

function noting(): { tell: Tell; first: () => Problem | null } {
  let problem: Problem | null = null;
  return {
    tell: (reason, cause) => {
      problem ??= { reason, cause };
    },
    first: () => problem,
  };
}

/** Exactly this label and no other, and what IPTC's field says. */
function carries(found: FoundMarks, { aigc, digitalSourceType }: Mark): boolean {
  const [raw = "", ...more] = found.aigc;
  const label = readAigc(raw)?.label;
  const isLabelled = aigc === null || (label !== undefined && more.length === 0 && aigcText(label) === aigcText(aigc));
  return isLabelled && (digitalSourceType === null || found.digitalSourceTypes.includes(digitalSourceType));
}

async function headOf(body: AsyncIterable<Uint8Array>): Promise<{ head: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const source = new ByteSource(body);
  const head = Buffer.from(await source.peek(HEAD_BYTES));
  async function* whole() {
    try {
      yield* source.rest();
    } finally {
      await source.close();
    }
  }
  return { head, whole: whole() };
}

/** So that what the source throws is told from what its reader does. */
function rememberingFailure(source: AsyncIterable<Uint8Array>) {
  let failure: { error: unknown } | null = null;
  async function* body() {
    try {
      yield* source;
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  return { body: body(), failed: (error: unknown) => failure !== null && failure.error === error };
}
