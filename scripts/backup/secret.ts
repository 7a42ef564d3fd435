// The secret that a server has made for itself: tokens are good where it is.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nullIfAbsent } from "../../shared/stores/folder-errors.ts";
import type { Place } from "./place.ts";

const name = "jwt-secret";

/** False when there is none: then it stands in the settings, and a former one goes. */
export async function copySecret(dataDir: string, place: Place): Promise<boolean> {
  const secret = await readFile(join(dataDir, name)).catch(nullIfAbsent);
  if (!secret) {
    await rm(join(place.folder, name), { force: true });
    return false;
  }
  const unfinished = place.unfinished();
  await writeFile(unfinished, secret, { mode: 0o600, flag: "wx" });
  await place.put(unfinished, name);
  return true;
}
