// What OpenAI's clients get of a job that is completed: URLs of the store, or the bytes that lie there.
import { buffer } from "node:stream/consumers";
import type { HttpResponse } from "../../events/http.ts";
import type { publicJob } from "../../jobs/reading/public-job.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import { openAiError } from "./failing.ts";

export type Shown = Awaited<ReturnType<typeof publicJob>>;

interface Deps {
  store: RequestStore;
  config: { platform: string };
}

export async function imagesAnswer(deps: Deps, job: Shown, format: "url" | "b64_json"): Promise<HttpResponse> {
  const created = Math.floor(Date.parse(job.completedAt ?? job.updatedAt) / 1000);
  if (format === "url") return json(job, { created, data: job.outputs.map(({ url }) => ({ url })) });
  if (sizeOf(job) > mostInline(deps)) return tooLargeToInline(deps, job);
  const files = await Promise.all(job.outputs.map(({ key }) => bytesOf(deps.store, key)));
  return json(job, { created, data: files.map((bytes) => ({ b64_json: bytes.toString("base64") })) });
}

/** The bytes; of more than an answer can carry the way to them, which clients follow by themselves. */
export async function soundAnswer(deps: Deps, job: Shown): Promise<HttpResponse> {
  const [output] = job.outputs;
  if (!output) throw new Error("a completed job has no output");
  if (output.size > mostInline(deps)) return redirect(303, output.url, job);
  const body = await bytesOf(deps.store, output.key);
  return { status: 200, headers: { "content-type": output.contentType, "x-job-id": job.id }, body };
}

/** RFC 9110, 15.4: 302 for what is read, 303 for the result of what was asked for. */
export function redirect(status: 302 | 303, url: string, { id }: { id: string }): HttpResponse {
  return { status, headers: { location: url, "x-job-id": id }, body: "" };
}

export function json({ id }: { id: string }, value: unknown): HttpResponse {
  return bareJson(value, { "x-job-id": id });
}

export function bareJson(value: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status: 200,
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(value),
  };
}

const MiB = 1024 * 1024;

/** Lambda answers with 6 MB at most (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and base64 makes four of three. */
function mostInline({ config }: Deps): number {
  return config.platform === "aws" ? 4 * MiB : 20 * MiB;
}

function sizeOf({ outputs }: Shown): number {
  return outputs.reduce((sum, { size }) => sum + size, 0);
}

function tooLargeToInline(deps: Deps, job: Shown): HttpResponse {
  const message = `The pictures are larger than the ${mostInline(deps) / MiB} MB that an answer carries as base64. They are kept: send the same request with response_format url, which costs nothing, or GET /api/v1/jobs/${job.id}.`;
  return openAiError(413, { message, type: "too_large", param: "response_format" }, { "x-job-id": job.id });
}

async function bytesOf(store: RequestStore, key: string): Promise<Buffer> {
  const stored = await store.get(key);
  if (!stored) throw new Error("a kept output is not in the store");
  return buffer(stored.body);
}
