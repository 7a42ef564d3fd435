// The pictures that a request names: whether its user may use them, and where they lie already. Nothing is fetched here.

import { AppError, type ErrorDetail } from "../../errors/app-error.ts";
import { checkWhole } from "../../media/check-whole.ts";
import { parseDataUrl } from "../../media/data-url.ts";
import { refuseForeignUrl, type TrustedHosts } from "../../media/foreign-url.ts";
import { isDataUrl } from "../../ports/url.ts";
import type { LookForUpload } from "../../uploads/look-when-asked.ts";
import { askForUpload } from "../../uploads/read-upload.ts";
import type { NewJob } from "../asking/new-job.ts";
import type { JobDeps } from "../deps.ts";
import { findJob } from "../reading/read.ts";
import { statusOf } from "../states.ts";
import { inputExtensions, inputOptions, reasonAgainst } from "./inputs-examined.ts";

/** `bytes`: a file that came with the request itself, as one in a `data:` URL does. */
export type AskedInput =
  | { uploadId: string }
  | { jobId: string; index: number }
  | { url: string }
  | { bytes: Uint8Array };

export type NewInput = NonNullable<NewJob["inputs"]>[number];

type Deps = Pick<JobDeps, "table"> & { generation: { trustedHosts: TrustedHosts }; lookForUpload: LookForUpload };

/** The inputs as a job takes them over, in their order. Throws 400 that names every one that cannot be used, and why. */
export async function readInputs(deps: Deps, userId: string, asked: readonly AskedInput[]): Promise<NewInput[]> {
  const read = await Promise.all(asked.map((input) => readInput(deps, userId, input)));
  const details = read.flatMap((answer, index): ErrorDetail[] =>
    "refused" in answer ? [{ path: `inputs.${index}.${answer.path}`, message: answer.refused }] : [],
  );
  const [first] = details;
  if (first) throw new AppError("invalid_request", { message: `${first.path}: ${first.message}`, details });
  return read.flatMap((answer) => ("refused" in answer ? [] : answer));
}

interface Refused {
  path: string;
  refused: string;
}

async function readInput(deps: Deps, userId: string, input: AskedInput): Promise<NewInput | Refused> {
  if ("uploadId" in input) return readUploaded(deps, userId, input);
  if ("jobId" in input) return readOutput(deps, userId, input);
  if ("bytes" in input) return readBytes(input.bytes);
  return isDataUrl(input.url) ? readData(input.url) : readUrl(deps, input.url);
}

async function readUploaded(deps: Deps, userId: string, origin: { uploadId: string }): Promise<NewInput | Refused> {
  const refuse = (refused: string) => ({ path: "uploadId", refused });
  const upload = await askForUpload(deps, userId, origin.uploadId);
  if (!upload) return refuse("is no upload of yours; POST /uploads makes one");
  if (upload.status === "pending")
    return refuse("is not ready: send the file, and wait until GET /uploads/{id} says so");
  if (upload.status === "rejected") return refuse(`was rejected. ${upload.reason}`);
  const { key, size, sha256, contentType, width, height } = upload.file;
  return { origin, file: { key, type: "image", size, sha256, contentType, width, height, durationMs: null } };
}

async function readOutput(
  deps: Deps,
  userId: string,
  origin: { jobId: string; index: number },
): Promise<NewInput | Refused> {
  const refuse = (refused: string, path = "jobId") => ({ path, refused });
  const job = await findJob(deps, { userId, jobId: origin.jobId }).catch(orNull);
  if (!job) return refuse("is no job of yours");
  if (statusOf(job) !== "completed") return refuse("has no outputs: only those of a completed job can be used");
  const output = job.outputs.find(({ index }) => index === origin.index);
  if (!output) return refuse(`is not there: this job has ${job.outputs.map(({ index }) => index).join(", ")}`, "index");
  if (output.type !== "image") return refuse(`has a ${output.type}; only pictures can be inputs`);
  const isReadable = inputExtensions.some((extension) => extension === output.extension);
  const reason = isReadable ? reasonAgainst(output) : "The picture is not a JPEG, PNG or WebP.";
  if (reason !== null) return refuse(reason, "index");
  const { key, type, size, sha256, contentType, width, height, durationMs } = output;
  return { origin, file: { key, type, size, sha256, contentType, width, height, durationMs } };
}

function orNull(error: unknown): null {
  if (error instanceof AppError && error.type === "not_found") return null;
  throw error;
}

function readUrl({ generation }: Deps, url: string): NewInput | Refused {
  const refused = refuseForeignUrl(url, generation.trustedHosts);
  return refused === null ? { origin: { url }, file: null } : { path: "url", refused };
}

async function readData(url: string): Promise<NewInput | Refused> {
  const data = parseDataUrl(url);
  if (data) return readBytes(data.bytes);
  return { path: "url", refused: "is not a data: URL that can be read. Write data:image/png;base64,… for example." };
}

/** The picture is here already: what can be seen without decoding it is seen at once. */
async function readBytes(bytes: Uint8Array): Promise<NewInput | Refused> {
  try {
    const { contentType } = await checkWhole(bytes, inputOptions(null));
    return { origin: { data: contentType }, file: null, bytes };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { path: "url", refused: error.message };
  }
}
