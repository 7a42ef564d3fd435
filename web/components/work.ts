// One file of a job, as galleries show it.
import type { Job, Output } from "dream-factory-client";

export interface Work {
  /** The same for as long as the job lives. */
  id: string;
  job: Job;
  output: Output;
  /** A small picture of it. Absent from older servers: then the file itself. */
  thumbnail: string | null;
}

/** In their order. Texts are no works of their own. */
export function worksOf(jobs: readonly Job[]): Work[] {
  return jobs.flatMap((job) =>
    job.outputs
      .filter(({ type }) => type !== "text")
      .map((output) => ({ id: `${job.id}/${output.index}`, job, output, thumbnail: thumbnailOf(output) })),
  );
}

function thumbnailOf(output: Output): string | null {
  const { thumbnailUrl } = output as { thumbnailUrl?: string | null };
  return thumbnailUrl ?? (output.type === "image" ? output.url : null);
}

/** Width to height, within what a row can show. */
export function shapeOf({ type, width, height }: Output): number {
  if (type === "audio" || !width || !height) return 1.5;
  return Math.min(2.4, Math.max(0.55, width / height));
}

const unsafe = /[/\\:*?"<>|\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const extensions: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "audio/wav": "wav",
  "audio/mpeg": "mp3",
  "application/json": "json",
};

/** Prompts are anybody's words: what a file system or a reader could be tricked with is left out. */
export function fileNameOf({ job, output }: Pick<Work, "job" | "output">): string {
  const words = Array.from(job.prompt.replaceAll(unsafe, " ").replaceAll(/\s+/g, " ").trim())
    .slice(0, 60)
    .join("")
    .trim();
  const name = words.replace(/^\.+/, "") || "dream-factory";
  const number = job.outputs.length > 1 ? ` ${output.index + 1}` : "";
  return `${name}${number}.${extensions[output.contentType] ?? "bin"}`;
}
