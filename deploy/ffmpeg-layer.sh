#!/usr/bin/env bash
# Makes .build/ffmpeg-layer.zip: one static ffmpeg at bin/ffmpeg, which both clouds unpack to /opt/bin/ffmpeg. Nothing else is in it: no library, and no
# font, for the functions bring theirs. It comes from the wheel of imageio-ffmpeg on PyPI, by its sha256; FFMPEG_WHEEL names one that is there already.
# The program is under the GPL: it is your layer, and nothing of ours contains it.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.6.0
wheel_sha256=c7e46fcec401dd990405049d2e2f475e2b397779df2519b544b8aab515195282
inside=imageio_ffmpeg/binaries/ffmpeg-linux-x86_64-v7.0.2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

wheel=${FFMPEG_WHEEL:-}
if [ -z "$wheel" ]; then
  python3 -m pip download --quiet --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --dest "$folder" "imageio-ffmpeg==$version"
  wheel=$(echo "$folder"/imageio_ffmpeg-*.whl)
fi
echo "$wheel_sha256  $wheel" | sha256sum --check --quiet || { echo "It is another file than the one that was looked at: nothing was made." >&2; exit 1; }

mkdir -p "$folder/layer/bin" .build
python3 -m zipfile -e "$wheel" "$folder/wheel"
mv "$folder/wheel/$inside" "$folder/layer/bin/ffmpeg"
chmod 755 "$folder/layer/bin/ffmpeg"
# Python's own zip: it keeps the right to be run, as `zip` does, which not every machine has.
python3 - "$folder/layer" .build/ffmpeg-layer.zip <<'PY'
import sys, zipfile
folder, to = sys.argv[1:]
with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as layer:
    entry = zipfile.ZipInfo("bin/ffmpeg", (1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    layer.writestr(entry, open(f"{folder}/bin/ffmpeg", "rb").read())
PY
ls -l .build/ffmpeg-layer.zip
