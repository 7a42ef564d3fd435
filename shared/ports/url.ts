// What holds for URLs wherever somebody gives one: a user, a provider, a redirect.

/** Characters, as a URL is given and as it is sent; signed ones have up to 3,000. A `data:` URL is a file, and has no limit of its own. */
export const maxUrlLength = 4096;

/** Whether the text is meant as one. URLs may have white space and control characters before them. */
export function isDataUrl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may come before
  return /^[\x00-\x20]*data:/i.test(text);
}
