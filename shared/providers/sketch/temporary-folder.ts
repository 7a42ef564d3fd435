// A folder of one's own for a short time.
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import path from "node:path";

const PREFIX = "dream-factory-sketch-";
/** Longer than any video takes. */
const ABANDONED_AFTER_MS = 3_600_000;

export interface TemporaryFolder extends AsyncDisposable {
  path: string;
}

/** Nobody else may look into it. It goes with everything in it when it is disposed of; what dead processes left goes when the next one is made. */
export async function makeTemporaryFolder(parent: string): Promise<TemporaryFolder> {
  await removeAbandoned(parent);
  const folder = await mkdtemp(path.join(parent, PREFIX));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Other processes may be doing the same, and some folders may be somebody else's: what cannot be removed stays. */
async function removeAbandoned(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
  const before = Date.now() - ABANDONED_AFTER_MS;
  await Promise.allSettled(
    names.map(async (name) => {
      const folder = path.join(parent, name);
      if ((await lstat(folder)).mtimeMs < before) await rm(folder, { recursive: true, force: true });
    }),
  );
}
