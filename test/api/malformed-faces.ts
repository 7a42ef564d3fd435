// Malformed requests to the routes that speak as OpenAI's API does.
import { invalid, type Malformed, type Row } from "./malformed-row.ts";

const base = "/openai/v1";
const images = { method: "POST", path: `${base}/images/generations` } as const;
const edits = { method: "POST", path: `${base}/images/edits` } as const;
const speech = { method: "POST", path: `${base}/audio/speech` } as const;
const videos = { method: "POST", path: `${base}/videos` } as const;
const gone = { status: 404, type: "not_found", names: "nothing here" } as const;

const json = (title: string, route: object, body: object, names: string): Row => [
  title,
  { ...images, ...route, body: JSON.stringify(body), ...invalid, names },
];

const form = (text: string): Pick<Malformed, "headers" | "body"> => ({
  headers: { "content-type": "multipart/form-data; boundary=b" },
  body: text.replaceAll("\n", "\r\n"),
});
const field = (name: string, value: string) => `--b\ncontent-disposition: form-data; name="${name}"\n\n${value}\n`;

export const malformedFaces: readonly Row[] = [
  json("OpenAI: a picture of nothing", images, {}, "prompt"),
  json("OpenAI: a picture of white space", images, { prompt: "  " }, "prompt"),
  json("OpenAI: five pictures", images, { prompt: "x", n: 5 }, "n"),
  json("OpenAI: a picture and a half", images, { prompt: "x", n: 1.5 }, "n"),
  json("OpenAI: a size in words", images, { prompt: "x", size: "large" }, "size"),
  json("OpenAI: a stream of pictures", images, { prompt: "x", stream: true }, "stream"),
  json("OpenAI: an answer in another form", images, { prompt: "x", response_format: "gif" }, "response_format"),
  json("OpenAI: a model as a number", images, { prompt: "x", model: 4 }, "model"),
  json("OpenAI: a model that nobody has", images, { prompt: "x", model: "dall-e-9" }, "model"),
  ["OpenAI: no body", { ...images, ...invalid, names: "body" }],
  ["OpenAI: half a body", { ...images, body: '{"prompt":', ...invalid, names: "body" }],
  [
    "OpenAI: text as a body",
    {
      ...images,
      body: "x",
      headers: { "content-type": "text/plain" },
      status: 415,
      type: "unsupported_media_type",
      names: "JSON",
    },
  ],
  [
    "OpenAI: a key that cannot be printed",
    { ...images, body: '{"prompt":"x"}', headers: { "idempotency-key": "a\tb" }, ...invalid, names: "idempotency-key" },
  ],
  [
    "OpenAI: nobody's picture",
    { ...images, body: '{"prompt":"x"}', token: null, status: 401, type: "unauthenticated", names: "token" },
  ],
  json("OpenAI: an edit of nothing", edits, { prompt: "x" }, "image"),
  json("OpenAI: an edit of six", edits, { prompt: "x", image: Array(6).fill("https://example.com/a.png") }, "image"),
  json("OpenAI: an edit of what lies inside", edits, { prompt: "x", image: "http://169.254.169.254/a" }, "inputs.0"),
  ["OpenAI: a form without its boundary", { ...edits, ...form("hello"), ...invalid, names: "form" }],
  ["OpenAI: a form that breaks off", { ...edits, ...form(field("prompt", "x")), ...invalid, names: "form" }],
  [
    "OpenAI: a form with a strange field",
    { ...edits, ...form(`${field("__proto__", "x")}--b--\n`), ...invalid, names: "name" },
  ],
  json("OpenAI: speech of nothing", speech, { voice: "alloy" }, "input"),
  json("OpenAI: a voice that nobody has", speech, { input: "x", voice: "robot" }, "voice"),
  json("OpenAI: speech in pieces", speech, { input: "x", stream_format: "sse" }, "stream_format"),
  json("OpenAI: a video of nothing", videos, { seconds: "4" }, "prompt"),
  json("OpenAI: a video of some seconds", videos, { prompt: "x", seconds: "some" }, "seconds"),
  json("OpenAI: a video from a number", videos, { prompt: "x", input_reference: 7 }, "input_reference"),
  json("OpenAI: a video of an odd size", videos, { prompt: "x", size: "9973x101" }, "size"),
  ["OpenAI: all videos at once", { method: "GET", path: `${base}/videos?limit=1000`, ...invalid, names: "limit" }],
  ["OpenAI: videos behind nothing", { method: "GET", path: `${base}/videos?after=x`, ...invalid, names: "cursor" }],
  ["OpenAI: a picture as a video", { method: "GET", path: `${base}/videos/{job}`, ...gone }],
  ["OpenAI: somebody else's", { method: "GET", path: `${base}/videos/{other}`, ...gone }],
  [
    "OpenAI: a video's thumbnail",
    { method: "GET", path: `${base}/videos/{job}/content?variant=thumbnail`, ...invalid, names: "variant" },
  ],
  ["OpenAI: the file of a picture", { method: "GET", path: `${base}/videos/{job}/content`, ...gone }],
  ["OpenAI: a picture removed as a video", { method: "DELETE", path: `${base}/videos/{job}`, ...gone }],
  [
    "OpenAI: models for nobody",
    { method: "GET", path: `${base}/models`, token: null, status: 401, type: "unauthenticated", names: "token" },
  ],
  [
    "OpenAI: a model by no name",
    { method: "GET", path: `${base}/models/{model}`, status: 404, type: "not_found", names: "model" },
  ],
  ["OpenAI: what is not offered", { method: "POST", path: `${base}/chat/completions`, body: "{}", ...gone }],
  [
    "OpenAI: what is not done",
    { method: "PATCH", path: `${base}/models`, status: 405, type: "method_not_allowed", names: "Allow" },
  ],
];
