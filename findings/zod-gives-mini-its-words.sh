#!/usr/bin/env bash
# zod 4.6.7: a schema made with zod/mini says "Invalid input" of whatever is wrong, until anybody in the same process makes any schema with "zod": from
# then on the very same schema, made before, says what was expected. So tests that use "zod" for something of their own see other messages than
# the program does. Expected: what a schema says depends on how it was made, or on a call of config(). To import "zod" alone changes nothing.
# Seen: "before: Invalid input; zod imported: Invalid input; after another schema: Too small: expected string to have >=3 characters".
# Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts zod@4.6.7
cat > ask.mjs <<'JS'
import * as mini from "zod/mini";
const name = mini.string().check(mini.minLength(3));
const said = () => name.safeParse("a").error.issues[0].message;
const before = said();
const zod = await import("zod");
const imported = said();
zod.boolean();
const after = said();
console.log(`before: ${before}; zod imported: ${imported}; after another schema: ${after}`);
const isSo = before === "Invalid input" && imported === before;
process.exit(isSo && after === "Too small: expected string to have >=3 characters" ? 0 : 1);
JS
timeout 60 node ask.mjs
