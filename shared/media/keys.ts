// Where each object lies, and what its key says of it. Keys are made here and nowhere else; no user's text is ever part of one.
import type { MediaKind } from "../ports/provider.ts";

/** What we keep: the extension that we give a type, and its Content-Type. */
export const contentTypes = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  json: "application/json",
  srt: "application/x-subrip",
  vtt: "text/vtt",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  zip: "application/zip",
} as const;

export type Extension = keyof typeof contentTypes;
export type ContentType = (typeof contentTypes)[Extension];

/** Under temp/ nothing is trusted and everything is octets; elsewhere the extension, which came from the bytes, decides. */
export function contentTypeOfKey(key: string): string {
  const extension = key.slice(key.lastIndexOf(".") + 1);
  const isKnown = !key.startsWith(tempPrefix) && Object.hasOwn(contentTypes, extension);
  return isKnown ? contentTypes[extension as Extension] : "application/octet-stream";
}

/** Only these are ever served or made public. */
export function isPublicKey(key: string): boolean {
  return /^users\/[0-9a-f-]{36}\/(jobs|uploads|projects)\//.test(key);
}

export const tempPrefix = "temp/";
export const ticketPrefix = "temp/tickets/";
/** Tickets of jobs that need ffmpeg with memory, time and disk of its own. */
export const assemblyPrefix = "temp/assemblies/";
export const tempInputPrefix = "temp/inputs/";
export const tempOutputPrefix = "temp/outputs/";
/** Small pictures for a service that fetches what it looks at. */
const tempCheckPrefix = "temp/checks/";
/** Small pictures of outputs, until those are kept. */
const tempThumbnailPrefix = "temp/thumbnails/";
/** What was refused lies here for a day, for whoever is asked about it. */
export const blockedPrefix = "temp/blocked/";
export const tempUploadPrefix = "temp/uploads/";

/** Who runs a job: `assembly` needs more than others. */
export type TicketLane = "job" | "assembly";

/** `id`: of a job, or of a production. */
export function ticketKey(userId: string, id: string, round: number, n: number, lane: TicketLane = "job"): string {
  return `${lane === "assembly" ? assemblyPrefix : ticketPrefix}${userId}/${id}/${round}-${n}`;
}

export function tempOutputKey(userId: string, jobId: string, attempt: number, index: number): string {
  return `${tempOutputPrefix}${userId}/${jobId}/${attempt}-${index}`;
}

export function tempThumbnailKey(userId: string, jobId: string, attempt: number, index: number): string {
  return `${tempThumbnailPrefix}${userId}/${jobId}/${attempt}-${index}`;
}

/** Beside the output that lies under `key`, and with it in whatever becomes of the job. */
export function thumbnailKey(key: string): string {
  return key.replace(/[a-z]+-(\d+-\d+)\.[a-z0-9]+$/, "thumbnail-$1.webp");
}

export function tempInputKey(userId: string, jobId: string, index: number): string {
  return `${tempInputPrefix}${userId}/${jobId}/${index}`;
}

/** `name`: never used before. */
export function tempCheckKey(userId: string, jobId: string, name: string): string {
  return `${tempCheckPrefix}${userId}/${jobId}/${name}.jpg`;
}

export function blockedKey(userId: string, jobId: string, attempt: number, index: number): string {
  return `${blockedPrefix}${userId}/${jobId}/${attempt}-${index}`;
}

/** An input of a job that lies nowhere else in the store: it was fetched, or came with the request. */
export function inputKey(userId: string, jobId: string, index: number, extension: Extension): string {
  return `${inputPrefix(userId, jobId)}${index}.${extension}`;
}

export function inputPrefix(userId: string, jobId: string): string {
  return `${jobPrefix(userId, jobId)}input-`;
}

export function tempUploadKey(userId: string, uploadId: string): string {
  return `${tempUploadPrefix}${userId}/${uploadId}`;
}

export function uploadKey(userId: string, uploadId: string, extension: Extension): string {
  return `users/${userId}/uploads/${uploadId}.${extension}`;
}

/** A picture that a project has for itself. */
export function projectFileKey(userId: string, projectId: string, sha256: string, extension: Extension): string {
  return `${projectFilesPrefix(userId, projectId)}${sha256}.${extension}`;
}

export function projectFilesPrefix(userId: string, projectId: string): string {
  return `users/${userId}/projects/${projectId}/`;
}

export function jobPrefix(userId: string, jobId: string): string {
  return `users/${userId}/jobs/${jobId}/`;
}

/** Everything that lies in the store for one job. */
export function jobPrefixes(userId: string, jobId: string): string[] {
  const temporary = [
    ticketPrefix,
    assemblyPrefix,
    tempInputPrefix,
    tempOutputPrefix,
    tempThumbnailPrefix,
    tempCheckPrefix,
    blockedPrefix,
  ].map((all) => `${all}${userId}/${jobId}/`);
  return [jobPrefix(userId, jobId), ...temporary];
}

/** What a production is made from, and what it was planned to be: private, and never changed. */
export function planPrefix(userId: string, productionId: string): string {
  return `users/${userId}/plans/${productionId}/`;
}

/** Everything that lies in the store for one user. */
export function prefixesOfUser(userId: string): string[] {
  const temporary = [
    ticketPrefix,
    assemblyPrefix,
    tempInputPrefix,
    tempOutputPrefix,
    tempUploadPrefix,
    tempThumbnailPrefix,
    tempCheckPrefix,
    blockedPrefix,
  ];
  return ["users/", ...temporary].map((all) => `${all}${userId}/`);
}

/** `timestamp`: the attempt's start, epoch milliseconds. */
export function outputKey(
  userId: string,
  jobId: string,
  output: { type: MediaKind; timestamp: number; index: number; extension: Extension },
): string {
  return `${jobPrefix(userId, jobId)}${output.type}-${output.timestamp}-${output.index}.${output.extension}`;
}

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const jobUuid = uuid.replace("-7", "-[78]");
const ticketPattern = new RegExp(
  `^temp/(?:tickets|assemblies)/(${uuid})/(${jobUuid})/[1-9][0-9]{0,8}-[1-9][0-9]{0,8}$`,
);
const keptPattern = new RegExp(`^users/${uuid}/jobs/(${jobUuid})/`);
const tempOutputPattern = new RegExp(`^temp/outputs/(${uuid})/(${jobUuid})/([1-9][0-9]{0,8})-(0|[1-9][0-9]?)$`);
const tempUploadPattern = new RegExp(`^temp/uploads/(${uuid})/(${uuid})$`);
const tempOwnerPattern = new RegExp(`^temp/[a-z]+/(${uuid})/(${jobUuid})(/|$)`);

/** Of an output, or of whatever else is kept for a job: which job. Null for anything else. */
export function jobIdOfKey(key: string): string | null {
  return keptPattern.exec(key)?.[1] ?? null;
}

export function parseTicketKey(key: string): { userId: string; jobId: string } | null {
  const match = ticketPattern.exec(key);
  return match?.[1] && match[2] ? { userId: match[1], jobId: match[2] } : null;
}

export function parseTempOutputKey(
  key: string,
): { userId: string; jobId: string; attempt: number; index: number } | null {
  const match = tempOutputPattern.exec(key);
  if (!match?.[1] || !match[2]) return null;
  return { userId: match[1], jobId: match[2], attempt: Number(match[3]), index: Number(match[4]) };
}

export function parseTempUploadKey(key: string): { userId: string; uploadId: string } | null {
  const match = tempUploadPattern.exec(key);
  return match?.[1] && match[2] ? { userId: match[1], uploadId: match[2] } : null;
}

/** Whose a temp object is: the user, and the job (or upload) that it was made for. */
export function parseTempOwner(key: string): { userId: string; jobId: string } | null {
  const match = tempOwnerPattern.exec(key);
  return match?.[1] && match[2] ? { userId: match[1], jobId: match[2] } : null;
}
