// One file of a job, as galleries show it.
import type { Job, Output } from "dream-factory-client";

export interface Work {
  /** The same for as long as the job lives. */
  id: string;
  job: Job;
  output: Output;
  /** A small picture of it. Null for sounds, and for files of older servers that are no pictures. */
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

function thumbnailOf({ thumbnailUrl, type, url }: Output): string | null {
  return thumbnailUrl ?? (type === "image" ? url : null);
}

/** Width to height, within what a row can show. */
export function shapeOf({ type, width, height }: Output): number {
  if (type === "audio" || !width || !height) return 1.5;
  return Math.min(2.4, Math.max(0.55, width / height));
}
