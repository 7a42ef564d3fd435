// A form means the same however the network cuts it into chunks.
import { expect, test } from "vitest";
import { readForm } from "../../shared/runtime/local/form-reader.ts";
import { randomNumbers } from "../media/media-samples.ts";

const boundary = "--x";
const contents = [
  "",
  "plain",
  "\r\n",
  "\r\n--",
  "\r\n----",
  "\r\n----y\r\n",
  "--",
  "\r\n----\r\n----",
  "-".repeat(50),
  "\r".repeat(9),
];
const form = Buffer.from(
  `${contents.map((content, n) => `----x\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\n${content}\r\n`).join("")}----x--\r\n`,
);

/** The parts of the form, read from these chunks. */
async function parse(chunks: Uint8Array[]): Promise<string[]> {
  const reader = readForm(
    chunks.values() as unknown as AsyncIterator<Uint8Array>,
    `multipart/form-data; boundary=${boundary}`,
  );
  const found: string[] = [];
  for (let part = await reader.next(); part !== null; part = await reader.next()) {
    const pieces: Uint8Array[] = [];
    for await (const piece of part.body) pieces.push(piece);
    found.push(Buffer.concat(pieces).toString());
  }
  return found;
}

test("cut anywhere into two", async () => {
  for (let at = 0; at <= form.length; at++) {
    expect([at, await parse([form.subarray(0, at), form.subarray(at)])]).toEqual([at, contents]);
  }
});

test("cut 500 times into pieces of 1 to 7 bytes", async () => {
  const random = randomNumbers(5);
  for (let n = 0; n < 500; n++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < form.length; ) {
      const end = at + 1 + random(7);
      chunks.push(form.subarray(at, end));
      at = end;
    }
    expect(await parse(chunks)).toEqual(contents);
  }
});

test("cut off anywhere it is refused, never read as a shorter form", async () => {
  for (let at = 0; at < form.length - 2; at++) {
    await expect(parse([form.subarray(0, at)])).rejects.toMatchObject({ type: "invalid_request" });
  }
});

test("with any byte changed it is read or refused, and nothing else", async () => {
  for (let at = 0; at < form.length; at++) {
    const changed = Buffer.from(form);
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
    const outcome = await parse([changed]).catch((error: unknown) => error);
    if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ type: "invalid_request" });
  }
});
