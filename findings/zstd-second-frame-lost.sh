#!/usr/bin/env bash
# node:zlib, Node 24.21.0: two zstd frames one after the other are one valid stream (RFC 8878, 3.1), and createZstdDecompress gives all of it when
# they come in two chunks. In one chunk it gives the first frame only, and ends without an error: data are lost silently.
# Seen: "one chunk: 5 of 10 bytes, two chunks: 10 of 10 bytes". Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
cat > try.mjs <<'JS'
import { createZstdDecompress, zstdCompressSync } from "node:zlib";
const frame = zstdCompressSync(Buffer.from("hello"));
async function bytesOf(chunks) {
  const engine = createZstdDecompress();
  let bytes = 0;
  engine.on("data", (data) => (bytes += data.length));
  const ended = new Promise((resolve, reject) => engine.on("end", resolve).on("error", reject));
  for (const chunk of chunks) engine.write(chunk);
  engine.end();
  await ended;
  return bytes;
}
const one = await bytesOf([Buffer.concat([frame, frame])]);
const two = await bytesOf([frame, frame]);
console.log(`${process.version} one chunk: ${one} of 10 bytes, two chunks: ${two} of 10 bytes`);
process.exit(one === 5 && two === 10 ? 0 : 1);
JS
timeout 60 node_modules/node/bin/node try.mjs
