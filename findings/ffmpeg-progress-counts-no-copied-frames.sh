#!/usr/bin/env bash
# ffmpeg 7.0.2: with -c copy the key "frame" is left out of what -progress writes, though all frames are copied. Whoever counts a film's frames without
# decoding them, by `ffmpeg -progress pipe:1 -i film -map 0:v -c copy -f null -`, gets 48 of 48 from 4.1 and 5.1, and nothing from 7.0.2; it ends with 0.
# Expected: the number of frames, as before. The right number stands in what is said at the level verbose ("48 packets muxed").
#
# Seen: "7.0.2-static: progress tells of no frames, 48 packets were muxed". Fails when that changes. The program is that of the wheel
# imageio-ffmpeg 0.6.0; FFMPEG_WHEEL names one that is there already.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
wheel=${FFMPEG_WHEEL:-}
if [ -z "$wheel" ]; then
  python3 -m pip download --quiet --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --dest "$folder" imageio-ffmpeg==0.6.0
  wheel=$(echo "$folder"/imageio_ffmpeg-*.whl)
fi
echo "c7e46fcec401dd990405049d2e2f475e2b397779df2519b544b8aab515195282  $wheel" | sha256sum --check --quiet
python3 -m zipfile -e "$wheel" "$folder"
ffmpeg="$folder/imageio_ffmpeg/binaries/ffmpeg-linux-x86_64-v7.0.2"
chmod +x "$ffmpeg"
timeout 30 "$ffmpeg" -v error -f lavfi -i testsrc2=s=320x180:r=24:d=2 -c:v libx264 "$folder/film.mp4"
timeout 30 "$ffmpeg" -hide_banner -nostats -v verbose -progress "$folder/progress" -i "$folder/film.mp4" -map 0:v:0 -c copy -f null - 2>"$folder/said"
version=$("$ffmpeg" -version | sed -n 's/^ffmpeg version \([^ ]*\).*/\1/p')
frames=$(sed -n 's/^frame= *//p' "$folder/progress" | tail -1)
muxed=$(sed -n 's/.*(video): \([0-9]*\) packets muxed.*/\1/p' "$folder/said")
seen="$version: progress tells of ${frames:-no} frames, $muxed packets were muxed"
echo "$seen"
[ "$seen" = "7.0.2-static: progress tells of no frames, 48 packets were muxed" ]
