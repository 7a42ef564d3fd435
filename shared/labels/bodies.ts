// Bodies that are begun, joined, or listened to.
import { HEAD_BYTES } from "../media/formats/format.ts";
import { ByteSource } from "./byte-source.ts";

/** The first HEAD_BYTES, or all of a shorter body; and the body from its beginning on. */
export async function headOf(
  body: AsyncIterable<Uint8Array>,
): Promise<{ head: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const source = new ByteSource(body);
  const head = Buffer.from(await source.peek(HEAD_BYTES));
  async function* whole() {
    try {
      yield* source.rest();
    } finally {
      await source.close();
    }
  }
  return { head, whole: whole() };
}

/** So that what the source throws is told from what its reader does. */
export function rememberingFailure(source: AsyncIterable<Uint8Array>) {
  let failure: { error: unknown } | null = null;
  async function* body() {
    try {
      yield* source;
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  return { body: body(), failed: (error: unknown) => failure !== null && failure.error === error };
}

export async function* chained(...bodies: AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  for (const body of bodies) yield* body;
}
