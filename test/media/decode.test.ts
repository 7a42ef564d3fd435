// A picture is decoded while its last piece is on its way.
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { checkAndDecode, type Turn } from "../../shared/media/decode.ts";
import { noise } from "./media-samples.ts";

const png = await noise(3).png().toBuffer();

async function* inPieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

const checked = (bytes: Uint8Array, turn: Turn) =>
  checkAndDecode(inPieces(bytes), { expect: "image", maxBytes: 1e7 }, turn);

/** Nothing is decoded before it is opened. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let ended = 0;
  const turn: Turn = async (act) => {
    await promise;
    await act().finally(() => ended++);
  };
  return { turn, open: resolve, ended: () => ended };
}

test("whoever takes the last piece has it before the picture is decoded, and its end only afterwards", async () => {
  const { turn, open, ended } = gate();
  const pieces: Uint8Array[] = [];
  for await (const piece of checked(png, turn).body) {
    pieces.push(piece);
    if (Buffer.concat(pieces).length === png.length) open();
    expect(ended()).toBe(0);
  }
  expect([Buffer.concat(pieces).equals(png), ended()]).toEqual([true, 1]);
});

test("what is no picture although its header says so is refused at its end", async () => {
  const { turn, open } = gate();
  open();
  const broken = Buffer.from(png);
  broken.fill(0, 200, broken.length - 12);
  const read = (async () => {
    for await (const _ of checked(broken, turn).body);
  })();
  await expect(read).rejects.toMatchObject({ type: "invalid_output" });
});

test.each([
  ["is let go", null],
  ["has failed", new Error("enough")],
])("whoever %s within the last piece waits for the decoder, which reads what goes then", async (_, failure) => {
  const { turn, open, ended } = gate();
  const { body, result } = checked(png, turn);
  let bytes = 0;
  const read = (async () => {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes < png.length) continue;
      void pause(20).then(open);
      if (failure) throw failure;
      break;
    }
  })();
  await (failure ? expect(read).rejects.toBe(failure) : read);
  expect([ended(), result().width]).toEqual([1, 24]);
});
