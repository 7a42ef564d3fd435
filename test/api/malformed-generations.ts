// Requests for a generation that no client should send.
import { bodyRow, image, invalid, type Malformed, type Row } from "./malformed-row.ts";

const video = { method: "POST", path: "/ai/generate-video" } as const;

/** Laid over a good request for a picture; what is not an object replaces it. */
function imageRow(title: string, fields: unknown, names: string): Row {
  return [title, { ...image, body: JSON.stringify(Object.assign({ prompt: "x" }, fields)), ...invalid, names }];
}

function importRow(imageUrl: string, names = "imageUrl"): Row {
  return [`imageUrl ${imageUrl.slice(0, 60)}`, { ...image, body: JSON.stringify({ imageUrl }), ...invalid, names }];
}

const fields: Row[] = [
  imageRow("n of 0", { n: 0 }, "n "),
  imageRow("n of 5", { n: 5 }, "n "),
  imageRow("n of 1.5", { n: 1.5 }, "n "),
  imageRow("n as a string", { n: "2" }, "n "),
  imageRow("n of null", { n: null }, "n "),
  imageRow("n as a list", { n: [1] }, "n "),
  imageRow("n of true", { n: true }, "n "),
  imageRow("n below zero", { n: -1 }, "n "),
  imageRow("size 0x0", { size: "0x0" }, "size"),
  imageRow("size 64x99999", { size: "64x99999" }, "size"),
  imageRow("size 63x64", { size: "63x64" }, "size"),
  imageRow("size 2049x64", { size: "2049x64" }, "size"),
  imageRow("size axb", { size: "axb" }, "size"),
  imageRow("size with spaces", { size: " 64x64" }, "size"),
  imageRow("size with a line break behind", { size: "64x64\n" }, "size"),
  imageRow("size in other digits", { size: "６４x６４" }, "size"),
  imageRow("size as an object", { size: { width: 64 } }, "size"),
  imageRow("size empty", { size: "" }, "size"),
  imageRow("seed of -1", { seed: -1 }, "seed"),
  imageRow("seed of 2^31", { seed: 2 ** 31 }, "seed"),
  imageRow("seed as a fraction", { seed: 0.5 }, "seed"),
  imageRow("dryRun as a string", { dryRun: "true" }, "dryRun"),
  imageRow("dryRun of 1", { dryRun: 1 }, "dryRun"),
  imageRow("an operation that nobody has", { operation: "explode" }, "operation"),
  imageRow("an operation that the model does not offer", { provider: "import", operation: "edit" }, "operation"),
  imageRow("a provider that nobody knows", { provider: "midjourney" }, "sketch"),
  imageRow("a provider that is a word of JavaScript", { provider: "constructor" }, "sketch"),
  imageRow("a provider that is empty", { provider: "" }, "provider"),
  imageRow("a model that nobody knows", { model: "sketch-9" }, "model"),
  imageRow("a model of another provider", { provider: "sketch", model: "import" }, "model"),
  imageRow("the provider import without a file", { provider: "import" }, "imageUrl"),
  imageRow("metadata as a list", { metadata: [] }, "metadata"),
  imageRow("metadata as a string", { metadata: "{}" }, "metadata"),
  imageRow("metadata of 4097 bytes", { metadata: { t: "x".repeat(4097 - 8) } }, "metadata"),
  imageRow("metadata of 4097 bytes in Chinese", { metadata: { t: `${"画".repeat(1363)}xx` } }, "metadata"),
  imageRow("an unknown key", { promt: "x" }, "promt"),
  imageRow("a key of the other route", { videoUrl: "https://example.com/a.mp4" }, "videoUrl"),
  imageRow("both spellings of a key", { negativePrompt: "a", negative_prompt: "a" }, "negativePrompt"),
  imageRow("a key in another spelling", { NegativePrompt: "a" }, "NegativePrompt"),
  imageRow("a negative prompt of 1001 characters", { negativePrompt: "x".repeat(1001) }, "negativePrompt"),
  imageRow("a style of 101 characters", { style: "x".repeat(101) }, "style"),
  imageRow("a prompt that is missing", { prompt: undefined }, "prompt"),
  imageRow("a prompt that is empty", { prompt: "" }, "prompt"),
  imageRow("a prompt of white space", { prompt: " \t\n\u00a0\u3000" }, "prompt"),
  imageRow("a prompt of 4001 emoji", { prompt: "🌊".repeat(4001) }, "prompt"),
  imageRow("a prompt of 4001 letters", { prompt: "x".repeat(4001) }, "prompt"),
  imageRow("a prompt as a number", { prompt: 5 }, "prompt"),
  imageRow("a prompt as a list", { prompt: ["x"] }, "prompt"),
  imageRow("a prompt of null", { prompt: null }, "prompt"),
  imageRow("imageUrl together with n", { imageUrl: "https://example.com/a.png", n: 1 }, "n "),
  imageRow(
    "imageUrl together with a provider",
    { imageUrl: "https://example.com/a.png", provider: "sketch" },
    "provider",
  ),
  imageRow("imageUrl together with dryRun", { imageUrl: "https://example.com/a.png", dryRun: true }, "dryRun"),
  imageRow("imageUrl as a number", { imageUrl: 1 }, "imageUrl"),
  imageRow("imageUrl empty", { imageUrl: "" }, "imageUrl"),
  ["a video of 31 seconds", { ...video, body: '{"prompt":"x","durationSec":31}', ...invalid, names: "durationSec" }],
  ["a video of 0 seconds", { ...video, body: '{"prompt":"x","durationSec":0}', ...invalid, names: "durationSec" }],
  ["a video of 1.5 seconds", { ...video, body: '{"prompt":"x","durationSec":1.5}', ...invalid, names: "durationSec" }],
  ["a video's ratio of 99:1", { ...video, body: '{"prompt":"x","ratio":"99:1"}', ...invalid, names: "ratio" }],
  ["a video in 481p", { ...video, body: '{"prompt":"x","resolution":"481p"}', ...invalid, names: "resolution" }],
  ["a video with a size", { ...video, body: '{"prompt":"x","size":"64x64"}', ...invalid, names: "size" }],
  ["a picture with a length", { ...image, body: '{"prompt":"x","durationSec":5}', ...invalid, names: "durationSec" }],
  ["a video of nothing", { ...video, body: "{}", ...invalid, names: "prompt" }],
  [
    "a video's length as a string",
    { ...video, body: '{"prompt":"x","durationSec":"5"}', ...invalid, names: "durationSec" },
  ],
  ["a video's ratio of 0:0", { ...video, body: '{"prompt":"x","ratio":"0:0"}', ...invalid, names: "ratio" }],
  [
    "a video of a picture's URL",
    { ...video, body: '{"imageUrl":"https://example.com/a"}', ...invalid, names: "imageUrl" },
  ],
  [
    "videoUrl at a private address",
    { ...video, body: '{"videoUrl":"http://10.0.0.1/a.mp4"}', ...invalid, names: "videoUrl" },
  ],
];

const screenplay = { method: "POST", path: "/ai/generate-screenplay" } as const;
const speech = { method: "POST", path: "/ai/generate-speech" } as const;
const music = { method: "POST", path: "/ai/generate-music" } as const;

const verify = { method: "POST", path: "/verify" } as const;

const verifying: Row[] = [
  ["a file by no key", { ...verify, body: "{}", ...invalid, names: "output" }],
  ["a file by its address", { ...verify, body: '{"output":"a","url":"http://127.0.0.1/"}', ...invalid, names: "url" }],
];

const textsAndSounds: Row[] = [
  ["a screenplay of nothing", { ...screenplay, body: "{}", ...invalid, names: "prompt" }],
  [
    "a screenplay of 21 episodes",
    { ...screenplay, body: '{"prompt":"x","episodes":21}', ...invalid, names: "episodes" },
  ],
  ["a screenplay in Latin", { ...screenplay, body: '{"prompt":"x","language":"la"}', ...invalid, names: "language" }],
  ["a screenplay by a list of words", { ...screenplay, body: '{"prompt":["x"]}', ...invalid, names: "prompt" }],
  ["speech of nothing", { ...speech, body: "{}", ...invalid, names: "prompt" }],
  [
    "speech with a voice that nobody has",
    { ...speech, body: '{"prompt":"x","voice":"bass"}', ...invalid, names: "voice" },
  ],
  ["speech with a voice as a number", { ...speech, body: '{"prompt":"x","voice":1}', ...invalid, names: "voice" }],
  ["music of nothing", { ...music, body: "{}", ...invalid, names: "prompt" }],
  ["music of no time", { ...music, body: '{"prompt":"x","durationSec":0}', ...invalid, names: "durationSec" }],
  ["music of no known mood", { ...music, body: '{"prompt":"x","mood":"hungry"}', ...invalid, names: "mood" }],
];

const quote = { method: "POST", path: "/ai/quote" } as const;

const quotes: Row[] = [
  ["a quote for nothing", { ...quote, body: "{}", ...invalid, names: "prompt" }],
  ["a quote for another type", { ...quote, body: '{"prompt":"x","type":"sound"}', ...invalid, names: "type" }],
  [
    "a quote for a picture with a length",
    { ...quote, body: '{"prompt":"x","durationSec":5}', ...invalid, names: "durationSec" },
  ],
  [
    "a quote for an unknown provider",
    { ...quote, body: '{"prompt":"x","provider":"nobody"}', ...invalid, names: "sketch" },
  ],
];

const inputs: Row[] = [
  imageRow("inputs as a string", { inputs: "a" }, "inputs"),
  imageRow("inputs as an object", { inputs: { url: "https://example.com/a.png" } }, "inputs"),
  imageRow("an input of null", { inputs: [null] }, "inputs.0"),
  imageRow("an input of nothing", { inputs: [{}] }, "inputs.0"),
  imageRow("an input as a string", { inputs: ["https://example.com/a.png"] }, "inputs.0"),
  imageRow("an input's unknown key", { inputs: [{ uri: "https://example.com/a.png" }] }, "uri"),
  imageRow(
    "an output's index of -1",
    { inputs: [{ jobId: "01900000-0000-7000-8000-000000000001", index: -1 }] },
    "index",
  ),
  imageRow("an output without an index", { inputs: [{ jobId: "01900000-0000-7000-8000-000000000001" }] }, "inputs.0"),
  imageRow(
    "an upload's id in capitals",
    { inputs: [{ uploadId: "01900000-0000-7000-8000-00000000000A" }] },
    "uploadId",
  ),
  imageRow("an input inside of the network", { inputs: [{ url: "http://10.0.0.1/a.png" }] }, "inputs.0.url"),
  imageRow("an input that is an SVG", { inputs: [{ url: "data:image/svg+xml,<svg/>" }] }, "inputs.0.url"),
  imageRow("an edit of nothing", { operation: "edit" }, "inputs"),
  imageRow("an enhancement of 101 characters", { enhancement: "x".repeat(101) }, "enhancement"),
];

const urls: Row[] = [
  "file:///etc/passwd",
  "ftp://example.com/a.png",
  "javascript:alert(1)",
  "gopher://example.com/",
  "blob:https://example.com/1",
  "example.com/a.png",
  "//example.com/a.png",
  "/etc/passwd",
  "http://",
  "http://user:secret@example.com/a.png",
  "http://user@example.com/a.png",
  "http://example.com:22/a.png",
  "https://example.com:8443/a.png",
  "http://127.0.0.1/a.png",
  "http://127.1/a.png",
  "http://2130706433/a.png",
  "http://0x7f000001/a.png",
  "http://0177.0.0.1/a.png",
  "http://%31%32%37.0.0.1/a.png",
  "http://①②⑦.⓪.⓪.①/a.png",
  "http://0.0.0.0/a.png",
  "http://[::1]/a.png",
  "http://[::]/a.png",
  "http://[::ffff:127.0.0.1]/a.png",
  "http://[64:ff9b::7f00:1]/a.png",
  "http://[fe80::1]/a.png",
  "http://169.254.169.254/latest/meta-data/",
  "http://100.100.100.200/latest/meta-data/",
  "http://168.63.129.16/",
  "http://192.168.1.1/a.png",
  "http://255.255.255.255/a.png",
  `https://example.com/${"a".repeat(4096)}`,
  "data:",
  "data:image/png",
  "data:image/png;base64,",
  "data:image/png;base64,iVBORw0KGgo=",
  "data:image/png;base64,@@@@",
  "data:image/png,%ZZ",
  "data:text/html,<h1>hello</h1>",
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
  `data:image/png;base64,${Buffer.from("<html></html>").toString("base64")}`,
].map((url) => importRow(url));

const bodies: Row[] = [
  bodyRow("broken JSON", '{"prompt":'),
  bodyRow("JSON with a comma too many", '{"prompt":"x",}'),
  bodyRow("two JSON values", '{"prompt":"x"}{"prompt":"y"}'),
  bodyRow("a word", "nope"),
  bodyRow("single quotes", "{'prompt':'x'}"),
  bodyRow("a list", '[{"prompt":"x"}]'),
  bodyRow("null", "null"),
  bodyRow("a string", '"prompt"'),
  bodyRow("a number", "5"),
  bodyRow("white space", "   "),
  bodyRow("no body at all", ""),
  bodyRow("a NUL byte", "\0"),
  bodyRow("bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])),
  bodyRow("UTF-16", Buffer.from('{"prompt":"x"}', "utf16le")),
  bodyRow("NaN", '{"prompt":"x","n":NaN}'),
  bodyRow("half of a surrogate pair", '{"prompt":"\\ud83c"}', "prompt"),
  bodyRow("half of a surrogate pair in a key", '{"prompt":"x","metadata":{"\\udf0a":1}}', "metadata"),
  bodyRow("1e400", '{"prompt":"x","seed":1e400}', "seed"),
  bodyRow("a huge whole number", '{"prompt":"x","metadata":{"id":123456789012345678901234567890}}', "metadata.id"),
  bodyRow("__proto__", '{"prompt":"x","__proto__":{"dryRun":true}}', "__proto__"),
  bodyRow("__proto__ inside of metadata", '{"prompt":"x","metadata":{"__proto__":{"admin":true}}}', "__proto__"),
  bodyRow("constructor", '{"prompt":"x","constructor":{"prototype":{"admin":true}}}', "constructor"),
  bodyRow("metadata of 40 levels", `{"prompt":"x","metadata":{"a":${"[".repeat(40)}${"]".repeat(40)}}}`, "metadata.a"),
  bodyRow("100 000 brackets", `{"metadata":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "4000 values"),
  bodyRow("100 000 brackets that stay open", "[".repeat(100_000)),
  bodyRow("50 000 unknown keys", `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`).join(",")}}`, "4000 values"),
  bodyRow("3 000 unknown keys", `{${Array.from({ length: 3000 }, (_, i) => `"k${i}":1`).join(",")}}`, "k0"),
];

const oversized = Buffer.alloc(1024 * 1024 + 1, " ");
const unsupported = { status: 415, type: "unsupported_media_type", names: "" } as const;

const transports: Row[] = [
  ["1 MB and a byte", { ...image, body: oversized, status: 413, type: "too_large", names: "1 MB" }],
  [
    "a JSON string of 20 MB",
    { ...image, body: Buffer.alloc(20 * 1024 * 1024, "x"), status: 413, type: "too_large", names: "1 MB" },
  ],
  ["plain text", { ...image, headers: { "content-type": "text/plain" }, body: '{"prompt":"x"}', ...unsupported }],
  [
    "a form",
    { ...image, headers: { "content-type": "application/x-www-form-urlencoded" }, body: "prompt=x", ...unsupported },
  ],
  ["no content type", { ...image, headers: { "content-type": "" }, body: '{"prompt":"x"}', ...unsupported }],
  [
    "another charset",
    { ...image, headers: { "content-type": "application/json; charset=gbk" }, body: "{}", ...unsupported },
  ],
  ["gzip", { ...image, headers: { "content-encoding": "gzip" }, body: "\u001f\u008b", ...unsupported }],
  ["a key of 256 characters", key("k".repeat(256))],
  ["a key that is empty", key("")],
  ["a key with emoji", key(Buffer.from("key 🔑").toString("latin1"))],
  ["a key with a tab", key("a\tb")],
];

function key(value: string): Malformed {
  const headers = { "idempotency-key": value };
  return { ...image, headers, body: '{"prompt":"x"}', ...invalid, names: "idempotency-key" };
}

export const malformedGenerations: readonly Row[] = [
  ...fields,
  ...quotes,
  ...textsAndSounds,
  ...verifying,
  ...inputs,
  ...urls,
  ...bodies,
  ...transports,
];
