// A file by the form that a store has signed, as a browser sends it.
import type { ObjectStore } from "../../shared/ports/object-store.ts";

const file = new Blob(["bytes"], { type: "image/png" });

/** Throws unless the store takes it. */
export async function postForm(store: Pick<ObjectStore, "signUpload">, key: string): Promise<void> {
  const expiresAt = Date.now() + 60_000;
  const signed = await store.signUpload({ key, contentType: file.type, size: file.size, expiresAt });
  if (signed.method !== "POST") throw new Error("this store takes no forms");
  const form = new FormData();
  for (const [name, value] of Object.entries(signed.fields)) form.append(name, value);
  form.append("file", file);
  const { ok, status } = await fetch(signed.url, { method: "POST", body: form });
  if (!ok) throw new Error(`the form was answered with ${status}`);
}
