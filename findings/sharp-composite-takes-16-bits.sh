#!/usr/bin/env bash
# sharp 0.35.5: composite() on a PNG of 16 bits a sample, with the pipeline kept at 16 bits (toColourspace("rgb16")) and a small overlay in one
# corner, changes nearly every sample of the picture, also far from the overlay: the lower eight bits are gone, while the file still has 16.
# Expected: what the overlay does not touch stays as it was, as it does when the same picture is read and written without composite().
#
# Seen: "without composite 0 of 9408 samples outside of the overlay differ, with it 9373; written with 16 bits". Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts sharp@0.35.5
cat > ask.cjs <<'JS'
const sharp = require("sharp");
const side = 64;
const overlaid = 8;
const samples = Uint16Array.from({ length: side * side * 3 }, (_, i) => (i * 7919) % 65536);
const wide = (input) => sharp(input).toColourspace("rgb16");
async function read(png) {
  const { data } = await wide(png).removeAlpha().raw({ depth: "ushort" }).toBuffer({ resolveWithObject: true });
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
}
function differing(before, after) {
  let count = 0;
  for (let y = 0; y < side - overlaid; y++)
    for (let x = 0; x < (side - overlaid) * 3; x++) if (before[y * side * 3 + x] !== after[y * side * 3 + x]) count++;
  return count;
}
(async () => {
  const raw = { width: side, height: side, channels: 3 };
  const png = await sharp(samples, { raw }).toColourspace("rgb16").png().toBuffer();
  const white = { width: overlaid, height: overlaid, channels: 3, background: "white" };
  const input = await sharp({ create: white }).png().toBuffer();
  const before = await read(png);
  const again = await wide(png).png().toBuffer();
  const drawn = await wide(png).composite([{ input, left: side - overlaid, top: side - overlaid }]).png().toBuffer();
  const all = (side - overlaid) ** 2 * 3;
  const bits = (await sharp(drawn).metadata()).depth === "ushort" ? 16 : 8;
  console.log(
    `without composite ${differing(before, await read(again))} of ${all} samples outside of the overlay differ, with it ${differing(before, await read(drawn))}; written with ${bits} bits`,
  );
})();
JS
seen=$(timeout 60 node ask.cjs)
echo "$seen"
[ "$seen" = "without composite 0 of 9408 samples outside of the overlay differ, with it 9373; written with 16 bits" ]
