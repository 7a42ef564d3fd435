// Where the routes lie that speak as OpenAI's API does, and what its clients send there.

/** Below the base path. It ends as OpenAI's own base URL does: some programs ask for one with `/v1`, others append it. */
export const OPENAI_PATH = "/openai/v1";

/** What openai's own client sends from a browser, which has to be allowed by name. */
export const openAiHeaders = [
  "lang",
  "os",
  "arch",
  "runtime",
  "runtime-version",
  "package-version",
  "retry-count",
  "timeout",
  "helper-method",
].map((name) => `X-Stainless-${name}`);

/** A form with pictures. */
export const MAX_FORM_BYTES = 20 * 1024 * 1024;
