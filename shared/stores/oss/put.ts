// Writing an object: small ones at once, others in parts.
import { randomUUID } from "node:crypto";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { partsOf } from "./body.ts";
import { finish, metaOf, type Put, type PutContext } from "./finish-put.ts";
import { aclHeaders, contentHeaders, forbidOverwrite } from "./object-headers.ts";
import { putInParts } from "./put-in-parts.ts";

/** Null when the key was taken. */
export async function putObject(
  context: PutContext,
  key: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { ifAbsent, signal }: { ifAbsent: boolean; signal: AbortSignal | undefined },
): Promise<ObjectInfo | null> {
  const put: Put = { key, ifAbsent, signal, id: randomUUID() };
  const parts = partsOf(body, context.partBytes, signal);
  try {
    const { value: first } = await parts.next();
    if (!first) throw new Error("there is always a part");
    return first.isLast ? await putWhole(context, put, first.bytes) : await putInParts(context, put, first, parts);
  } finally {
    await parts.return();
  }
}

/**
 * PutObject. Once it is sent, an abort cannot take it back: it is waited for, and what it says is what holds. The SDK adds Content-MD5,
 * so that what arrives otherwise is refused.
 */
async function putWhole(context: PutContext, put: Put, bytes: Buffer): Promise<ObjectInfo | null> {
  const headers = {
    ...contentHeaders(put.key),
    ...aclHeaders(put.key, context.publicObjects),
    ...forbidOverwrite(put.ifAbsent),
  };
  const timeout = context.patience.transferTimeoutMs;
  return finish(context, put, bytes.byteLength, async (client) => {
    const { res } = await client.put(put.key, bytes, { headers, meta: metaOf(put), timeout });
    return res.headers;
  });
}
