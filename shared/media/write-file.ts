// A stream as a new file on this machine's disk, for programs that read files.
import { open } from "node:fs/promises";

/** Throws where the file is there already. */
export async function writeFileOf(path: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
  const file = await open(path, "wx");
  try {
    for await (const chunk of body) {
      signal?.throwIfAborted();
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
}
