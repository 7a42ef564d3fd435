// Videos as encoders, phones and recorders make them, and parts of them.
import { box, overwrite, rewrite, topLevelBoxes } from "../iso-surgery.ts";
import { cuts, kept, type Row, refused, withTrailers } from "./row.ts";
import type { Tools } from "./tools.ts";

const picture = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=2"];
const sound = (seconds: number) => ["-f", "lavfi", "-i", `sine=440:d=${seconds}`];
const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"];
const vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"];
const wide = ["-vf", "setsar=4/3"];
const tall = ["-vf", "setsar=3/4"];

const videoTrack = ["moov", "trak"];
const remaining = ["-frag_duration", "400000"];

export async function videos(tools: Tools): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, ...args] of encodings) {
    rows.push(kept("video", name, await tools.make("ffmpeg", name, ...args)));
  }
  rows.push(...(await live(tools)));
  rows.push(...(await copies(tools)));
  rows.push(
    ...byHand(await tools.make("ffmpeg", "hand.mp4", ...picture, ...sound(2), ...h264, "-bf", "2", "-c:a", "aac")),
  );
  const faststart = await tools.make("ffmpeg", "fast.mp4", "-i", "hand.mp4", "-c", "copy", "-movflags", "+faststart");
  rows.push(...cuts("video", "faststart MP4", faststart), ...withTrailers("video", "faststart MP4", faststart));
  const webm = await tools.make("ffmpeg", "hand.webm", ...picture, ...sound(2), ...vp8, "-c:a", "libopus");
  rows.push(...cuts("video", "WebM", webm), ...withTrailers("video", "WebM", webm));
  for (const [name, ...args] of others) {
    rows.push(refused("video", name, await tools.make("ffmpeg", name, ...args)));
  }
  return rows;
}

const fragments = (flags: string, ...more: string[]) => ["-movflags", flags, ...more];

const encodings: [name: string, ...args: string[]][] = [
  ["plain.mp4", ...picture, ...h264],
  ["b-frames.mp4", ...picture, ...h264, "-bf", "3"],
  ["sound.mov", ...picture, ...sound(2), ...h264, "-c:a", "aac"],
  ["longer.mp4", ...picture, ...sound(5), ...h264, "-c:a", "aac"],
  ["shorter.mp4", ...picture, ...sound(1), ...h264, "-c:a", "aac"],
  ["late.mp4", ...picture, "-itsoffset", "1", ...sound(2), ...h264, "-c:a", "aac"],
  ["fragments.mp4", ...picture, ...h264, "-bf", "3", ...fragments("+frag_keyframe+empty_moov")],
  [
    "moof.mp4",
    ...picture,
    ...sound(2),
    ...h264,
    "-c:a",
    "aac",
    ...fragments("+frag_keyframe+empty_moov+default_base_moof"),
  ],
  [
    "apart.mp4",
    ...picture,
    ...sound(2),
    ...h264,
    "-c:a",
    "aac",
    ...fragments("+frag_keyframe+empty_moov+separate_moof"),
  ],
  ["hybrid.mp4", ...picture, ...sound(2), ...h264, "-c:a", "aac", ...fragments("+frag_keyframe")],
  ["every.mp4", ...picture, ...h264, ...fragments("+frag_every_frame+empty_moov")],
  ["cmaf.mp4", ...picture, ...h264, ...fragments("+cmaf+dash", ...remaining)],
  ["sidx.mp4", ...picture, ...h264, ...fragments("+frag_keyframe+empty_moov+global_sidx")],
  ["longer-fragments.mp4", ...picture, ...sound(5), ...h264, "-c:a", "aac", ...fragments("+frag_keyframe+empty_moov")],
  ["smooth.ismv", ...picture, ...h264, "-f", "ismv"],
  ["ipod.m4v", ...picture, ...h264, "-f", "ipod"],
  ["phone.3gp", ...picture, ...h264, "-f", "3gp"],
  ["wide.mp4", ...picture, ...h264, ...wide],
  ["tall.mp4", ...picture, ...h264, ...tall],
  ["wide.mov", ...picture, ...h264, ...wide],
  ["tall.webm", ...picture, ...vp8, ...tall],
  ["wide.webm", ...picture, ...vp8, ...wide],
  ["mpeg4.mp4", ...picture, "-c:v", "mpeg4"],
  ["vp9.mp4", ...picture, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"],
  ["mjpeg-pcm.mov", ...picture, ...sound(2), "-c:v", "mjpeg", "-c:a", "pcm_s16le"],
  ["mjpeg-adpcm.mov", ...picture, ...sound(2), "-c:v", "mjpeg", "-c:a", "adpcm_ms"],
  ["prores.mov", ...picture, "-c:v", "prores_ks"],
  ["animation.mov", ...picture, "-c:v", "qtrle"],
  ["timecode.mov", ...picture, ...h264, "-timecode", "01:00:00:00"],
  ["2997.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=30000/1001:d=2", ...h264],
  ["one.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=0.04", ...h264],
  ["8k.mp4", "-f", "lavfi", "-i", "color=s=7680x4320:r=2:d=0.5", ...h264],
  ["vp8.webm", ...picture, ...vp8],
  [
    "vp9-opus.webm",
    ...picture,
    ...sound(2),
    "-c:v",
    "libvpx-vp9",
    "-deadline",
    "realtime",
    "-cpu-used",
    "8",
    "-c:a",
    "libopus",
  ],
  ["cues.webm", ...picture, ...vp8, "-cues_to_front", "1"],
  ["vorbis.webm", ...picture, ...sound(3), ...vp8, "-c:a", "libvorbis"],
];

const others: [name: string, ...args: string[]][] = [
  ["x.mkv", ...picture, ...h264],
  ["x.avi", ...picture, "-c:v", "mpeg4"],
  ["x.ts", ...picture, ...h264],
  ["x.flv", ...picture, "-c:v", "flv"],
  ["x.m4a", ...sound(2), "-c:a", "aac"],
  ["sound.mp4", ...sound(2), "-c:a", "aac"],
  ["sound.webm", ...sound(2), "-c:a", "libopus"],
];

/** Written where nobody can go back: without a duration. */
async function live(tools: Tools): Promise<Row[]> {
  const made = (name: string, ...args: string[]) =>
    tools.make("ffmpeg", name, ...args, ...vp8, "-f", "webm", "-live", "1");
  return [
    kept("video", "live WebM", await made("l.webm", ...picture), { durationMs: 2000 }),
    kept("video", "live WebM with more sound", await made("l5.webm", ...picture, ...sound(5), "-c:a", "libopus"), {
      durationMs: 5000,
    }),
  ];
}

async function copies(tools: Tools): Promise<Row[]> {
  const copy = async (name: string, from: string, seek: string[], ...args: string[]) => {
    const bytes = await tools.make("ffmpeg", name, ...seek, "-i", from, "-c", "copy", ...args);
    return kept("video", `${name}, copied from ${from}`, bytes);
  };
  const turns = ["90", "180", "270"].map((angle) => [angle, ["-metadata:s:v", `rotate=${angle}`]] as const);
  return Promise.all([
    ...turns.flatMap(([angle, turn]) => [
      copy(`rotated${angle}.mp4`, "plain.mp4", [], ...turn),
      copy(`rotated-wide${angle}.mp4`, "wide.mp4", [], ...turn),
      copy(`rotated${angle}.mov`, "plain.mp4", [], ...turn),
    ]),
    copy("trimmed.mp4", "sound.mov", ["-ss", "0.7"]),
    copy("moved.mp4", "plain.mp4", [], "-movflags", "+frag_keyframe+empty_moov", "-output_ts_offset", "3600"),
  ]);
}

function byHand(mp4: Buffer): Row[] {
  const tkhd = [...videoTrack, "tkhd"];
  const matrixAt =
    (at: number, ...numbers: number[]) =>
    (contents: Buffer) => {
      const changed = Buffer.from(contents);
      for (const [i, offset] of [0, 4, 12, 16].entries()) changed.writeInt32BE(65_536 * (numbers[i] ?? 0), at + offset);
      return changed;
    };
  const matrix = (...numbers: number[]) => matrixAt(40, ...numbers);
  const zeros = (at: number, count: number) => (contents: Buffer) => overwrite(contents, at, Buffer.alloc(count));
  const [turned, same] = [
    { width: 120, height: 160 },
    { width: 160, height: 120 },
  ];
  const mdia = [...videoTrack, "mdia"];
  const lasting = { durationMs: 2000 };
  const end = topLevelBoxes(mp4).findLast(({ type }) => type === "moov")?.start ?? 0;
  return [
    kept("video", "mirrored at a diagonal", rewrite(mp4, tkhd, matrix(0, 1, 1, 0)), turned),
    kept("video", "mirrored at the other diagonal", rewrite(mp4, tkhd, matrix(0, -1, -1, 0)), turned),
    kept("video", "mirrored", rewrite(mp4, tkhd, matrix(-1, 0, 0, 1)), same),
    kept("video", "the whole movie turned", rewrite(mp4, ["moov", "mvhd"], matrixAt(36, 0, 1, -1, 0)), turned),
    kept("video", "no sides in the track header", rewrite(mp4, tkhd, zeros(76, 8)), same),
    kept("video", "no width in the track header", rewrite(mp4, tkhd, zeros(76, 4)), same),
    kept("video", "no duration in the movie header", rewrite(mp4, ["moov", "mvhd"], zeros(16, 4)), lasting),
    kept(
      "video",
      "no duration in any header",
      rewrite(rewrite(mp4, ["moov", "mvhd"], zeros(16, 4)), [...mdia, "mdhd"], zeros(16, 4)),
      lasting,
    ),
    ...["XAVC", "F4V ", "piff", "mmp4", "mp2t", "abcd", "3gp4", "heic", "M4A "].map((brand) =>
      kept("video", `of the brand ${brand}`, overwrite(mp4, 8, Buffer.from(brand))),
    ),
    kept(
      "video",
      "with boxes before its header",
      Buffer.concat([
        mp4.subarray(0, end),
        box("uuid", Buffer.alloc(40)),
        box("free", Buffer.alloc(9)),
        mp4.subarray(end),
      ]),
    ),
    kept(
      "video",
      "with boxes behind it",
      Buffer.concat([mp4, box("free", Buffer.alloc(9)), box("uuid", Buffer.alloc(40))]),
    ),
    ...withTrailers("video", "MP4", mp4),
    ...cuts("video", "MP4", mp4),
  ];
}
