// The proof that a folder holds to what jobs lean on: a file system without hard links, as on some memory cards and networks, does not.
import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import { tempPrefix } from "../media/keys.ts";
import type { CopyOutcome, ObjectInfo } from "../ports/object-store.ts";

interface Proved {
  putIfAbsent(key: string, body: Uint8Array): Promise<ObjectInfo | null>;
  copy(from: string, to: string, ifMatch: string): Promise<CopyOutcome>;
  delete(key: string): Promise<unknown>;
}

/** Uploads need no proof: this process takes them itself. `root` names the folder for the operator. */
export async function proveFolder(root: string, folder: Proved): Promise<void> {
  const name = `${tempPrefix}probe/${randomUUID()}`;
  const [from, to] = [`${name}-put`, `${name}-copy`];
  try {
    const info = await folder.putIfAbsent(from, Buffer.from("first"));
    if (!info || (await folder.putIfAbsent(from, Buffer.from("second")))) throw unfit(root, "replaces a file");
    const other = await folder.copy(from, to, `${info.etag}-other`);
    const states = [
      other.state,
      (await folder.copy(from, to, info.etag)).state,
      (await folder.copy(from, to, info.etag)).state,
    ];
    if (states.join() !== "source_changed,copied,exists")
      throw unfit(root, `copies otherwise than it should (${states})`);
  } finally {
    await Promise.allSettled([folder.delete(from), folder.delete(to)]);
  }
}

function unfit(root: string, fault: string): AppError {
  const message = `The folder ${root} ${fault}. Set DATA_DIR to a folder on a local disk whose file system has hard links.`;
  return new AppError("unavailable", { message, forOperator: message });
}
