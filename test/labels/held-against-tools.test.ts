// Marks are held against programs that know media files: exiftool finds them, and ffmpeg decodes what it decoded before.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { aigcText, readAigc, wrappedAigcText } from "../../shared/labels/aigc-text.ts";
import { missingPrograms, type Tools, toolsIn } from "../media/generated/tools.ts";
import { imageSamples, type Sample, soundSamples } from "./files.ts";
import { generated, mark, marked } from "./marking.ts";

const folder = mkdtempSync(join(tmpdir(), "dream-factory-labelled-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tools = toolsIn(folder);
const timeout = 900_000;

test("exiftool finds every mark, and ffmpeg decodes the same pictures and samples as before", { timeout }, async ({
  skip,
}) => {
  const missing = await missingPrograms();
  // Where the checks of every change run, they are installed: there it must not be left out.
  if (missing !== null && process.env.MEDIA_TOOLS === "required") throw new Error(missing);
  if (missing !== null) skip(missing);
  const samples = [...(await imageSamples()), ...soundSamples(), ...(await encoded(tools))];
  for (const { name, bytes } of samples) {
    await tools.put(`before-${name}`, bytes);
    await tools.put(`after-${name}`, await marked(bytes));
  }
  const told = await tagsOf(samples.flatMap(({ name }) => [`before-${name}`, `after-${name}`]));
  const complaints: string[] = [];
  for (const sample of samples) {
    for (const each of await complaintsAbout(sample, told)) complaints.push(`${sample.name}: ${each}`);
  }
  expect(complaints).toEqual([]);
});

/** All in one go: exiftool takes longer to start than to read a file. */
async function tagsOf(files: readonly string[]): Promise<Map<unknown, Tags>> {
  const all: Tags[] = JSON.parse(
    await tools.run("exiftool", "-G1", "-a", "-j", "-struct", "-validate", "-all", ...files),
  );
  return new Map(all.map((tags) => [tags.SourceFile, tags]));
}

/** What encoders make that are not ours. */
async function encoded({ make, put }: Tools): Promise<Sample[]> {
  const [png] = await imageSamples();
  const source = await put("source.png", png?.bytes ?? Buffer.alloc(0));
  const tone = ["-f", "lavfi", "-i", "sine=f=440:d=0.5"];
  const film = ["-f", "lavfi", "-i", "testsrc2=s=32x24:r=10:d=0.5"];
  return [
    {
      name: "lame3.mp3",
      bytes: await make("ffmpeg", "lame3.mp3", ...tone, "-id3v2_version", "3", "-metadata", "title=A"),
    },
    {
      name: "lame4.mp3",
      bytes: await make("ffmpeg", "lame4.mp3", ...tone, "-id3v2_version", "4", "-metadata", "title=A"),
    },
    { name: "bare-lame.mp3", bytes: await make("ffmpeg", "bare-lame.mp3", ...tone, "-id3v2_version", "0") },
    { name: "tone.wav", bytes: await make("ffmpeg", "tone.wav", ...tone) },
    { name: "apng.png", bytes: await make("ffmpeg", "apng.png", ...film, "-plays", "0", "-f", "apng") },
    { name: "film.gif", bytes: await make("ffmpeg", "film.gif", ...film) },
    { name: "cwebp.webp", bytes: await make("cwebp", "cwebp.webp", "-quiet", source, "-o", "cwebp.webp") },
  ];
}

type Tags = Record<string, unknown>;

/** What is not as it should be. */
function warningsIn(tags: Tags): unknown[] {
  return Object.entries(tags).flatMap(([key, value]) => (key.endsWith(":Warning") ? [value] : []));
}

async function complaintsAbout({ name }: Sample, told: ReadonlyMap<unknown, Tags>): Promise<string[]> {
  const [before = {}, tags = {}] = [told.get(`before-${name}`), told.get(`after-${name}`)];
  // Debian's ffmpeg decodes no animated WebP; sharp does, in the test beside this one.
  const isDecoded = name !== "animated.webp";
  const decoded = await Promise.all(
    [`before-${name}`, `after-${name}`].map((file) => isDecoded && tools.run("ffmpeg", ...md5Of(file))),
  );
  // Of ID3's own texts it shows the description in front.
  const shown = (value: unknown) => String(value).replace(/^\(AIGC\) /, "");
  const values = Object.values(tags).map(shown);
  const label = mark.aigc;
  const labels = values.filter(
    (value) => label !== null && (value === aigcText(label) || value === wrappedAigcText(label)),
  );
  return [
    ...(decoded[0] === decoded[1] ? [] : [`ffmpeg decodes something else: ${decoded}`]),
    ...warningsIn(tags)
      .filter((warning) => !warningsIn(before).includes(warning))
      .map((warning) => `exiftool warns: ${warning}`),
    ...(values.includes(generated) ? [] : [`exiftool shows no source type: ${JSON.stringify(tags)}`]),
    // exiftool knows no chunk of this name in WAV.
    ...(labels.length === 1 || name.endsWith(".wav")
      ? []
      : [`exiftool shows ${labels.length} labels: ${JSON.stringify(tags)}`]),
    ...(values.some((value) => readAigc(value)?.label.ReservedCode1 === "3045")
      ? ["the foreign label is still there"]
      : []),
  ];
}

function md5Of(path: string): string[] {
  return ["-v", "error", "-i", path, "-f", "md5", "-"];
}
