// What every object store holds to in uploads that it has signed, by real requests to where they lead: the part `signUpload` of its contract.
import { request } from "node:http";
import { expect, test } from "vitest";
import type { ObjectStore, SignedUpload, UploadRequest } from "../../shared/ports/object-store.ts";

export interface UploadsFixture {
  store: ObjectStore;
  /** Resolves when the server is done with so many uploads since the fixture was opened, however they ended. */
  settled(count: number): Promise<void>;
}

const key = "temp/uploads/01890000-0000-7000-8000-000000000000/01890000-0000-7000-8000-000000000001";
const otherKey = `${key.slice(0, -1)}2`;
const contentType = "image/png";
const bytes = Buffer.from("0123456789".repeat(10_000));

/** A signed upload as it is sent: the parts that somebody may change. */
interface Sent {
  method: string;
  url: string;
  /** Headers of a PUT, fields of a POST. */
  names: Record<string, string>;
  bytes: Uint8Array;
}

/** `repeatsUploads`: the store cannot hold to "only while the key is free", and says so; then the last whole file stays. */
export function signedUploadContract(open: () => UploadsFixture, limits: { repeatsUploads?: true } = {}): void {
  const store = () => open().store;
  const sign = (changes: Partial<UploadRequest> = {}) =>
    store().signUpload({ key, contentType, size: bytes.length, expiresAt: Date.now() + 60_000, ...changes });

  async function stored(of = key): Promise<Buffer | null> {
    const object = await store().get(of);
    if (!object) return null;
    const chunks: Uint8Array[] = [];
    for await (const chunk of object.body) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function expectRefused(sent: Sent): Promise<void> {
    const { status } = await send(sent);
    expect([status, status >= 400 && status < 500]).toEqual([status, true]);
    expect((await store().list({ prefix: "", limit: 10 })).objects).toEqual([]);
  }

  test("takes the file that was signed for, whole, and nobody needs more than what was signed", async () => {
    const { status } = await send(sentAs(await sign()));
    expect([200, 201, 204]).toContain(status);
    expect((await stored())?.equals(bytes)).toBe(true);
    expect(await store().head(key)).toMatchObject({ key, size: bytes.length });
  });

  test.each([
    ["one byte", 1],
    ["a megabyte", 1024 * 1024],
  ])("takes %s", async (_, size) => {
    const { status } = await send({ ...sentAs(await sign({ size })), bytes: Buffer.alloc(size, 7) });
    expect(status).toBeLessThan(300);
    expect((await stored())?.equals(Buffer.alloc(size, 7))).toBe(true);
  });

  test("takes a file that looks like the form around it", async () => {
    const text = Buffer.from(
      '\r\n--\r\n----x\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n------x--\r\n',
    );
    await send({ ...sentAs(await sign({ size: text.length })), bytes: text });
    expect((await stored())?.equals(text)).toBe(true);
  });

  test.each([
    ["one byte too many", bytes.length + 1],
    ["far too many", 20 * bytes.length],
    ["one byte too few", bytes.length - 1],
    ["nothing", 0],
  ])("refuses a file of another size: %s", async (_, size) => {
    await expectRefused({ ...sentAs(await sign()), bytes: Buffer.alloc(size, 1) });
  });

  test.each(["image/jpeg", "text/html", "image/png; charset=utf-8", ""])("refuses another type: %j", async (other) => {
    const sent = sentAs(await sign());
    const name = Object.keys(sent.names).find((candidate) => candidate.toLowerCase() === "content-type") ?? "";
    await expectRefused({ ...sent, names: { ...sent.names, [name]: other } });
  });

  test("refuses another key", async () => {
    const sent = sentAs(await sign());
    const names = Object.fromEntries(
      Object.entries(sent.names).map(([name, value]) => [name, value.replace(key, otherKey)]),
    );
    await expectRefused({ ...sent, url: sent.url.replace(key, otherKey), names });
  });

  test("refuses what was signed for one key under another one, also with a valid signature of that key's own", async () => {
    const [mine, others] = [sentAs(await sign()), sentAs(await sign({ key: otherKey, size: 5 }))];
    if (mine.method === "PUT") return expectRefused({ ...others, bytes });
    const field = Object.keys(mine.names).find((name) => name.toLowerCase().endsWith("signature")) ?? "";
    await expectRefused({ ...mine, names: { ...mine.names, [field]: others.names[field] ?? "" } });
    await expectRefused({ ...others, bytes });
  });

  test("refuses what comes when the time is over", async () => {
    await expectRefused(sentAs(await sign({ expiresAt: Date.now() - 1000 })));
  });

  test("refuses everything of which a single character was changed, and all that lacks something", async () => {
    const sent = sentAs(await sign());
    for (const [name, value] of Object.entries(sent.names)) {
      const { [name]: _, ...others } = sent.names;
      await expectRefused({ ...sent, names: others });
      for (const at of [0, Math.floor(value.length / 2), value.length - 1]) {
        const other = value[at] === "A" ? "B" : "A";
        await expectRefused({
          ...sent,
          names: { ...sent.names, [name]: value.slice(0, at) + other + value.slice(at + 1) },
        });
      }
      await expectRefused({ ...sent, names: { ...sent.names, [name]: `${value}A` } });
    }
    const query = new URL(sent.url).searchParams;
    for (const name of query.keys()) {
      const url = new URL(sent.url);
      url.searchParams.set(name, `${query.get(name)}A`);
      await expectRefused({ ...sent, url: url.href });
    }
  });

  if (limits.repeatsUploads) {
    test("lets a second file under the same key replace the first, whole", async () => {
      const sent = sentAs(await sign());
      const second = Buffer.alloc(bytes.length, 9);
      await send(sent);
      expect((await send({ ...sent, bytes: second })).status).toBeLessThan(300);
      expect((await stored())?.equals(second)).toBe(true);
    });
  } else {
    test("refuses a second file under the same key, and leaves the first alone", async () => {
      const sent = sentAs(await sign());
      await send(sent);
      const first = await store().head(key);
      const { status } = await send({ ...sent, bytes: Buffer.alloc(bytes.length, 9) });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(await store().head(key)).toEqual(first);
      expect((await stored())?.equals(bytes)).toBe(true);
    });
  }

  test(`takes ${limits.repeatsUploads ? "whole files only" : "exactly one"} of ten that are sent at once`, async () => {
    const sent = sentAs(await sign());
    const files = Array.from({ length: 10 }, (_, n) => Buffer.alloc(bytes.length, n));
    const answers = await Promise.all(files.map((file) => send({ ...sent, bytes: file })));
    const winners = files.filter((_, n) => (answers[n]?.status ?? 500) < 300);
    if (!limits.repeatsUploads) expect(winners).toHaveLength(1);
    const there = await stored();
    expect(winners.filter((file) => there?.equals(file))).toHaveLength(1);
  });

  test("keeps nothing of an upload that breaks off, and takes the whole file afterwards", async () => {
    const sent = sentAs(await sign());
    for (const part of [0.3, 0.9, 0.9999]) await sendCut(sent, part);
    await open().settled(3);
    expect((await store().list({ prefix: "", limit: 10 })).objects).toEqual([]);
    expect((await send(sent)).status).toBeLessThan(300);
    expect((await stored())?.equals(bytes)).toBe(true);
  });

  test("signs only for keys that there are", async () => {
    for (const bad of ["", "../a", "a//b", "a\0", "é"]) await expect(sign({ key: bad })).rejects.toThrow(RangeError);
  });
}

function sentAs(signed: SignedUpload): Sent {
  const names = signed.method === "POST" ? signed.fields : signed.headers;
  return { method: signed.method, url: signed.url, names, bytes };
}

async function send(sent: Sent): Promise<{ status: number }> {
  const { method, url, names } = sent;
  const init = method === "PUT" ? { body: new Uint8Array(sent.bytes), headers: names } : { body: formOf(sent) };
  const response = await fetch(url, { method, ...init });
  await response.arrayBuffer();
  return { status: response.status };
}

function formOf({ names, bytes: file }: Sent): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(names)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(file)], { type: contentType }), "a picture.png");
  return form;
}

/** Announces all of it, sends so much of it, and hangs up. */
async function sendCut(sent: Sent, part: number): Promise<void> {
  const whole = new Response(sent.method === "PUT" ? new Uint8Array(sent.bytes) : formOf(sent));
  const body = Buffer.from(await whole.arrayBuffer());
  const type = whole.headers.get("content-type");
  const headers = {
    ...(sent.method === "PUT" ? sent.names : { "content-type": type ?? "" }),
    "content-length": body.length,
  };
  const outgoing = request(sent.url, { method: sent.method, headers }).on("error", () => {});
  const closed = new Promise((resolve) => outgoing.once("close", resolve));
  await new Promise((resolve) => outgoing.write(body.subarray(0, Math.floor(body.length * part)), resolve));
  outgoing.destroy();
  await closed;
}
