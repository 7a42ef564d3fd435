// Saving a file under a good name: a link to another origin would leave the page and show the file.
import type { Client } from "./client.ts";
import type { Download } from "./generated/schema.ts";

export interface DownloadOptions {
  /** Which of the job's outputs. Default: the first. */
  index?: number;
  /** Default: the prompt, or the film's title. Whatever is in it, the file's name is a good one. */
  name?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** In a browser the file is saved; elsewhere its URL is answered, which serves it to be saved. */
export async function download(client: Client, jobId: string, options: DownloadOptions = {}): Promise<Download> {
  const { index = 0, name, signal } = options;
  return saved(await client.downloadOutput(jobId, String(index), { name }, { signal }));
}

/** A part of a production: a film, by the part of its episode. */
export async function downloadPart(
  client: Client,
  productionId: string,
  partId: string,
  { name, signal }: Omit<DownloadOptions, "index"> = {},
): Promise<Download> {
  return saved(await client.downloadNode(productionId, partId, { name }, { signal }));
}

/** What a browser's page has of it. */
interface Page {
  createElement(name: "a"): { href: string; download: string; rel: string; click(): void; remove(): void };
  body: { append(link: object): void };
}

function saved(file: Download): Download {
  const { document: page } = globalThis as { document?: Page };
  if (!page) return file;
  const link = page.createElement("a");
  link.href = file.url;
  link.download = file.filename;
  link.rel = "noopener";
  page.body.append(link);
  link.click();
  link.remove();
  return file;
}
