// A job as OpenAI's clients see a video. `url` and `metadata.url` are what other servers of this shape add, and some programs read.
import type { publicJob } from "../../jobs/reading/public-job.ts";
import type { Status } from "../../jobs/states.ts";

type Shown = Awaited<ReturnType<typeof publicJob>>;

const statuses: Readonly<Record<Status, "queued" | "in_progress" | "completed" | "failed">> = {
  pending: "queued",
  processing: "in_progress",
  completed: "completed",
  failed: "failed",
  cancelled: "failed",
};

export function videoOf(job: Shown) {
  const [output] = job.outputs;
  return {
    id: job.id,
    object: "video",
    status: statuses[job.status],
    progress: job.progress,
    model: `${job.provider}/${job.model}`,
    prompt: job.prompt,
    seconds: secondsOf(job),
    size: sizeOf(job),
    created_at: inSeconds(job.createdAt),
    completed_at: job.completedAt === null ? null : inSeconds(job.completedAt),
    expires_at: null,
    error: errorOf(job),
    remixed_from_video_id: null,
    url: output?.url ?? null,
    metadata: { url: output?.url ?? null, cost: job.cost },
  };
}

/** As it is; before that as it was asked for: the lines are those of the shorter side. */
function sizeOf({ outputs: [output], params }: Shown): string | null {
  if (output?.width) return `${output.width}x${output.height}`;
  const { ratio, resolution } = params as { ratio?: string; resolution?: string };
  const [width = 0, height = 0] = (ratio ?? "").split(":").map(Number);
  const lines = Number.parseInt(resolution ?? "", 10);
  if (!(width > 0 && height > 0 && lines > 0)) return null;
  const longer = 2 * Math.round((lines * Math.max(width, height)) / Math.min(width, height) / 2);
  return width >= height ? `${longer}x${lines}` : `${lines}x${longer}`;
}

function secondsOf({ outputs: [output], params }: Shown): string | null {
  if (output?.durationMs) return String(Math.round(output.durationMs / 1000));
  const { durationSec } = params as { durationSec?: number };
  return durationSec === undefined ? null : String(durationSec);
}

function errorOf({ status, error }: Shown): { code: string; message: string } | null {
  if (status === "cancelled") return { code: "cancelled", message: "The job was cancelled." };
  return error && { code: error.type, message: error.message };
}

function inSeconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000);
}
