// A picture that a user puts into a project: an upload or an output of theirs, of which the project gets a copy for itself.
import { AppError } from "../errors/app-error.ts";
import { readInputs } from "../jobs/inputs/inputs-asked.ts";
import type { RequestStore } from "../ports/object-store.ts";
import type { InputFile } from "../ports/provider.ts";
import { keepPicture } from "../uploads/project-picture.ts";
import { MAX_UPLOAD_BYTES, type UploadType, uploadTypes } from "../uploads/upload.ts";
import type { ProjectDeps } from "./deps.ts";
import { below } from "./models.ts";
import type { ProjectFile, ProjectRef } from "./project.ts";
import { refused } from "./settings.ts";

export type AskedPicture = { uploadId: string } | { jobId: string; index: number };

/** Throws 400 that says why it cannot be used, or `storage_full`. Repeating it is safe: the same picture is kept once. */
export async function copyPicture(deps: ProjectDeps, ref: ProjectRef, asked: AskedPicture): Promise<ProjectFile> {
  const file = await fileOf(deps, ref.userId, asked);
  const contentType = uploadTypes.find((type) => type === file.contentType);
  if (!contentType) throw refused("portrait", "is not a JPEG, PNG or WebP");
  const bytes = await read(deps.store, file);
  const { width, height } = file;
  if (width === null || height === null) throw refused("portrait", "is no picture");
  const kept = await keepPicture(
    { ...deps, settings: deps.settings },
    { ...ref, bytes, contentType: contentType satisfies UploadType, width, height },
  );
  return { ...kept, type: "image", durationMs: null };
}

async function fileOf(deps: ProjectDeps, userId: string, asked: AskedPicture): Promise<InputFile> {
  try {
    const [input] = await readInputs(deps, userId, [asked]);
    if (!input?.file) throw new Error("an upload or an output has no file");
    return input.file;
  } catch (error) {
    throw error instanceof AppError ? below("portrait", ofPortrait(error)) : error;
  }
}

/** It was asked for as the only input of a job would be. */
function ofPortrait(error: AppError): AppError {
  const bare = (text: string) => text.replace(/^inputs\.0\./, "");
  if (error.type !== "invalid_request") return error;
  const details = error.details.map(({ path, message }) => ({ path: bare(path), message }));
  return new AppError("invalid_request", { message: bare(error.message), details });
}

/** It is in memory as a whole: a small one. */
async function read(store: RequestStore, { key, size }: InputFile): Promise<Uint8Array> {
  if (size > MAX_UPLOAD_BYTES) {
    throw refused("portrait", `has ${size} bytes; at most ${MAX_UPLOAD_BYTES} are taken`);
  }
  const object = await store.get(key);
  if (!object) throw refused("portrait", "is not there any more");
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
