// Whether a bucket can be used just now: by using it.
import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import { tempPrefix } from "../media/keys.ts";

interface Probed {
  put(key: string, body: Uint8Array): Promise<unknown>;
  /** Nothing when there is no such object. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>>;
  delete(key: string): Promise<unknown>;
}

/** Throws `unavailable` unless an object can be written, read and deleted. */
export async function probe(store: Probed): Promise<void> {
  try {
    await writeReadDelete(store, `${tempPrefix}probe/${randomUUID()}`);
  } catch (cause) {
    const message = "The object store cannot write, read and delete just now.";
    const forOperator = cause instanceof AppError ? cause.forOperator : undefined;
    throw new AppError("unavailable", { message, cause, ...(forOperator !== undefined && { forOperator }) });
  }
}

async function writeReadDelete(store: Probed, key: string): Promise<void> {
  await store.put(key, Buffer.from(key));
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(key)) chunks.push(chunk);
  if (Buffer.concat(chunks).toString() !== key) throw new Error("An object that was just written reads otherwise.");
  await store.delete(key);
}
