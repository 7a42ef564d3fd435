// The routes that speak as OpenAI's API does: in each front's own words the same answers, refusals too.
import { tinyPng } from "../jobs/tiny-png.ts";
import type { ApiCase } from "./api-cases.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";
const base = "/api/v1/openai/v1";

const boundary = "two-fields";
const field = (name: string, value: string, more = "") =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const form = (...fields: string[]) => `${fields.join("")}--${boundary}--\r\n`;
const headers = ["Content-Type", `multipart/form-data; boundary=${boundary}`];
const edit = form(field("prompt", "snow"), field("n", "4"), field("image", "|", '; filename="a.png"'));
const [before = "", after = ""] = edit.split("|");
const editOfPicture = Buffer.concat([Buffer.from(before), tinyPng, Buffer.from(after)]);

export const casesOfFaces: readonly ApiCase[] = [
  {
    title: "OpenAI's clients see the models",
    at: "openai-list-models",
    asks: `GET ${base}/models`,
    as: "ada",
    expects: 200,
  },
  { title: "nobody else does", at: "openai-list-models", asks: `GET ${base}/models`, expects: 401 },
  {
    title: "a model that is not there",
    at: "openai-get-model",
    asks: `GET ${base}/models/nothing`,
    as: "ada",
    expects: 404,
  },
  {
    title: "one of them by its model alone",
    at: "openai-get-model",
    asks: `GET ${base}/models/sketch`,
    as: "ada",
    expects: 200,
  },
  {
    title: "a picture that costs too much is refused in OpenAI's shape",
    at: "openai-generate-image",
    asks: `POST ${base}/images/generations`,
    as: "ada",
    headers: ["X-Stainless-Retry-Count", "0"],
    json: { prompt: "a fox", n: 4, user: "u" },
    expects: 402,
  },
  {
    title: "a size that is none is refused",
    at: "openai-generate-image",
    asks: `POST ${base}/images/generations`,
    as: "ada",
    json: { prompt: "a fox", size: "large" },
    expects: 400,
  },
  {
    title: "a form with what is no picture is refused",
    at: "openai-edit-image",
    asks: `POST ${base}/images/edits`,
    as: "ada",
    headers,
    body: form(field("prompt", "snow"), field("image", "words", '; filename="a.png"')),
    expects: 400,
  },
  {
    title: "a form with a picture is read; four of it cost too much",
    at: "openai-edit-image",
    asks: `POST ${base}/images/edits`,
    as: "ada",
    headers,
    body: editOfPicture,
    expects: 402,
  },
  {
    title: "a form that breaks off is refused",
    at: "openai-edit-image",
    asks: `POST ${base}/images/edits`,
    as: "ada",
    headers,
    body: form(field("prompt", "snow")).slice(0, -20),
    expects: 400,
  },
  {
    title: "a voice that nobody has is refused",
    at: "openai-speak",
    asks: `POST ${base}/audio/speech`,
    as: "ada",
    json: { input: "A fox runs.", voice: "robot" },
    expects: 400,
  },
  {
    title: "half a second is no length, in a form either",
    at: "openai-create-video",
    asks: `POST ${base}/videos`,
    as: "ada",
    headers,
    body: form(field("prompt", "a fox runs"), field("seconds", "half")),
    expects: 400,
  },
  {
    title: "OpenAI's clients list videos",
    at: "openai-list-videos",
    asks: `GET ${base}/videos?limit=1`,
    as: "bob",
    expects: 200,
  },
  { title: "in one order", at: "openai-list-videos", asks: `GET ${base}/videos?order=asc`, as: "bob", expects: 400 },
  {
    title: "a video that is not there",
    at: "openai-get-video",
    asks: `GET ${base}/videos/${unknownId}`,
    as: "ada",
    expects: 404,
  },
  {
    title: "has no content",
    at: "openai-video-content",
    asks: `GET ${base}/videos/${unknownId}/content`,
    as: "ada",
    expects: 404,
  },
  {
    title: "and cannot be removed",
    at: "openai-delete-video",
    asks: `DELETE ${base}/videos/${unknownId}`,
    as: "ada",
    expects: 404,
  },
  {
    title: "a method that is not taken is refused in OpenAI's shape",
    at: "openai-speak",
    asks: `PUT ${base}/audio/speech`,
    as: "ada",
    expects: 405,
  },
];
