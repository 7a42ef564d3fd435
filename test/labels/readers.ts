// Which programs find the marks that we write, format by format: each reader is given the same labelled files.
import sharp from "sharp";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import { verifyFile } from "../../shared/labels/verify/verify.ts";
import type { Tools } from "../media/generated/tools.ts";
import { generated } from "./marking.ts";
import { type Format, formats, labelled, produceId, us } from "./verify-samples.ts";

export interface Labelled extends Format {
  bytes: Buffer;
}

/** What a reader shows of a file: "label", "source" (IPTC's field), both or neither. Null: it does not open such files. */
export type Reader = (file: Labelled) => Promise<readonly ("label" | "source")[] | null>;

export async function labelledFiles(): Promise<Labelled[]> {
  return Promise.all((await formats()).map(async (each) => ({ ...each, bytes: await labelled(each.bytes) })));
}

/** Those that need no program. */
export const ownReaders: Readonly<Record<string, Reader>> = {
  async "POST /verify"({ bytes }) {
    const { marks, ours } = await verifyFile({ us, storedSha256: async () => null, readManifest: null }, bytes);
    const isOurs = ours.known && ours.output === produceId;
    return found(
      isOurs && marks.some(({ kind }) => kind === "gb45438"),
      marks.some(({ kind }) => kind === "iptc"),
    );
  },
  async sharp({ bytes, type }) {
    if (!type.startsWith("image/")) return null;
    const { xmp, comments = [] } = await sharp(bytes, { animated: true }).metadata();
    const packet = xmp?.toString("utf8") ?? "";
    return found(
      packet.includes(produceId) || comments.some(({ text }) => readAigc(text)?.label.ProduceID === produceId),
      packet.includes(generated),
    );
  },
};

/** Programs as Debian has them, which are given the files in `folder`. */
export function programReaders({ run }: Pick<Tools, "run">): Readonly<Record<string, Reader>> {
  return {
    async exiftool({ name }) {
      const [tags = {}]: Record<string, unknown>[] = JSON.parse(
        await run("exiftool", "-G1", "-a", "-j", "-struct", name),
      );
      return foundIn(tags);
    },
    async ffprobe({ name, type }) {
      if (type === "application/json") return null;
      return foundIn(
        JSON.parse(
          await run("ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_frames", name),
        ),
      );
    },
    async mediainfo({ name, type }) {
      if (type === "application/json") return null;
      return foundIn(JSON.parse(await run("mediainfo", "--Full", "--Output=JSON", name)));
    },
  };
}

function found(hasLabel: boolean, hasSource: boolean): ("label" | "source")[] {
  return [...(hasLabel ? (["label"] as const) : []), ...(hasSource ? (["source"] as const) : [])];
}

/** In whatever field: a text that is our label, or JSON that was taken apart; and IPTC's word. */
function foundIn(told: unknown): ("label" | "source")[] {
  const texts = textsIn(told);
  const isLabel = (text: string) => readAigc(text.replace(/^\(AIGC\) /, ""))?.label.ProduceID === produceId;
  return found(texts.some(isLabel), texts.includes(generated));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const isTakenApart = "ProduceID" in value && "ContentProducer" in value;
  return [...(isTakenApart ? [JSON.stringify(value)] : []), ...Object.values(value).flatMap(textsIn)];
}

/** Lines of a table in Markdown. */
export async function tableOf(
  files: readonly Labelled[],
  readers: Readonly<Record<string, Reader>>,
): Promise<string[][]> {
  const rows: string[][] = [["file", "the label is at", ...Object.keys(readers)]];
  for (const file of files) {
    const cells: string[] = [];
    for (const read of Object.values(readers)) {
      const marks = await read(file);
      cells.push(marks === null ? "" : marks.join(", ") || "nothing");
    }
    rows.push([file.name, `\`${file.carrier}\``, ...cells]);
  }
  return rows;
}

export const document = new URL("../../docs/labels-and-readers.md", import.meta.url);
