// What may be asked for: a quote takes what its route takes, and words have to say something.
import { describe, expect, it } from "vitest";
import { describe as inWords } from "../../shared/http/issues.ts";
import { imageRequest } from "../../shared/http/requests/image.ts";
import { musicRequest } from "../../shared/http/requests/music.ts";
import { quotedGeneration, quoteRequest } from "../../shared/http/requests/quote.ts";
import { screenplayRequest } from "../../shared/http/requests/screenplay.ts";
import { speechRequest } from "../../shared/http/requests/speech.ts";
import { videoRequest } from "../../shared/http/requests/video.ts";

const routes = [
  ["a picture", { type: "image" }, imageRequest],
  ["a film", { type: "video" }, videoRequest],
  ["a screenplay", { type: "text" }, screenplayRequest],
  ["speech", { type: "audio" }, speechRequest],
  ["speech by its name", { type: "audio", sound: "speech" }, speechRequest],
  ["music", { type: "audio", sound: "music" }, musicRequest],
] as const;

const bodies: Record<string, unknown>[] = [
  ...[{}, { prompt: "x" }, { prompt: " " }, { prompt: "x", n: 2 }, { prompt: "x", operation: "edit" }],
  ...[
    { prompt: "x", operation: "generate" },
    { prompt: "x", size: "64x64" },
    { prompt: "x", inputs: [{ url: "x" }] },
  ],
  ...[1, 5, 9, 10, 59, 60, 61, 300, 301, 600, 601].map((durationSec) => ({ prompt: "x", durationSec })),
  ...[1, 5, 10, 11].map((scenesPerEpisode) => ({ prompt: "x", scenesPerEpisode, durationSec: 5 })),
  ...[1, 5, 10, 11].map((scenesPerEpisode) => ({ prompt: "x", scenesPerEpisode, durationSec: 12 })),
  ...[{ voice: "nova" }, { voice: " " }, { mood: "sad" }, { mood: "hungry" }, { title: "A" }, { title: "  " }].map(
    (more) => ({ prompt: "x", ...more }),
  ),
  ...[{ ratio: "1:1" }, { ratio: "1" }, { resolution: "720p" }, { seed: 1 }, { seed: -1 }, { dryRun: true }].map(
    (more) => ({ prompt: "x", ...more }),
  ),
  ...[{ metadata: { a: 1 } }, { metadata: [] }, { episodes: 21 }, { language: "la" }, { visibleLabel: false }].map(
    (more) => ({ prompt: "x", ...more }),
  ),
  ...[{}, { n: 1 }, { dryRun: true }, { prompt: "x" }].map((more) => ({ imageUrl: "https://example.com/a", ...more })),
  ...[{}, { durationSec: 5 }].map((more) => ({ videoUrl: "https://example.com/a", ...more })),
];

describe.each(routes)("a quote for %s", (_, kind, route) => {
  it.each(bodies.map((body) => [body]))("takes %j as its route does, and refuses it by the same names", (body) => {
    const quoted = quoteRequest.safeParse({ ...kind, ...body }, { error: inWords });
    const asked = route.safeParse(body, { error: inWords });
    expect(namesOf(quoted.error?.issues)).toEqual(namesOf(asked.error?.issues));
    if (quoted.data) expect(quotedGeneration(quoted.data)).toMatchObject({ operation: body.operation ?? "generate" });
  });
});

it.each([
  [{ type: "image", prompt: "x", sound: "music" }, "sound"],
  [{ type: "text", prompt: "x", sound: "speech" }, "sound"],
])("a quote of %j is refused by %s", (body, name) => {
  expect(namesOf(quoteRequest.safeParse(body).error?.issues)).toEqual([name]);
});

const blank = ["", " ", " \t\n", "\u00a0\u3000"];

it.each([
  ["title", screenplayRequest],
  ["voice", speechRequest],
  ["negativePrompt", imageRequest],
  ["style", imageRequest],
  ["enhancement", videoRequest],
  ["quality", videoRequest],
  ["model", imageRequest],
  ["provider", musicRequest],
] as const)("a %s of nothing but white space is refused, by name", (name, route) => {
  for (const text of blank) {
    expect(namesOf(route.safeParse({ prompt: "x", [name]: text }).error?.issues)).toEqual([name]);
  }
  expect(route.safeParse({ prompt: "x", [name]: " a " }).data).toMatchObject({ [name]: " a " });
});

function namesOf(
  issues: readonly { path: PropertyKey[]; code?: string; keys?: string[] }[] | undefined = [],
): string[] {
  const names = issues.flatMap(({ path, code, keys }) => (code === "unrecognized_keys" ? keys : [path.join(".")]));
  return [...new Set(names.map(String))].sort();
}
