// A folder of one's own for a short time.
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import path from "node:path";

const PREFIX = "dream-factory-";
/** Longer than any film takes. */
const ABANDONED_AFTER_MS = 3_600_000;

export interface TemporaryFolder extends AsyncDisposable {
  path: string;
}

/** Nobody else may look into it. It goes with everything in it when it is disposed of; what dead processes left goes when the next one is made. */
export async function makeTemporaryFolder(
  parent: string,
  what: "sketch" | "assembly" = "sketch",
): Promise<TemporaryFolder> {
  const prefix = `${PREFIX}${what}-`;
  await removeAbandoned(parent, prefix);
  const folder = await mkdtemp(path.join(parent, prefix));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Other processes may be doing the same, and some folders may be somebody else's: what cannot be removed stays. */
async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  const before = Date.now() - ABANDONED_AFTER_MS;
  await Promise.allSettled(
    names.map(async (name) => {
      const folder = path.join(parent, name);
      if ((await lstat(folder)).mtimeMs < before) await rm(folder, { recursive: true, force: true });
    }),
  );
}
