// Why the server does not take something, in the page's words: what it says is English, and names fields as the API does.
import type { en } from "./en.ts";

type Texts = typeof en;

/** The first one that fits. Whoever changes the server's words changes nothing but how much is said here. */
const known: readonly [RegExp, keyof Texts["errors"]["reasons"]][] = [
  [/is required|name at least|may not be empty/, "missing"],
  [/takes no pictures/, "none"],
  [/takes at most|at most \d+ entries|makes at most/, "tooMany"],
  [/at most \d+ characters/, "tooLong"],
  [/at least \d+ characters/, "tooShort"],
  [/megapixels/, "tooManyPixels"],
  [/larger than|More than \d+ bytes/, "tooLarge"],
  [/animated/, "animated"],
  [/is damaged|cut short|cannot be decoded|could not be checked|bytes; \d+ were announced/, "damaged"],
  [/^Expected an?|not a JPEG|coded in a way/, "otherKind"],
  [/no upload of yours|no job of yours|has no outputs|was rejected|is not there|No file was sent|is not ready/, "gone"],
  [
    /does not offer|is offered by|is nothing that|There is no (provider|such model)|was served until|has no key/,
    "notOffered",
  ],
  [/absolute URL|are fetched|not fetched|data: URL|not public/, "notFetched"],
  [/must|right form|not valid|multiple/, "notValid"],
];

export function reasonWords(t: Texts, said: string): string {
  const [, key] = known.find(([pattern]) => pattern.test(said)) ?? [];
  return key ? t.errors.reasons[key] : t.errors.otherReason(said);
}

/** Why a part of a film could not be begun. */
const knownOfParts: readonly [RegExp, keyof Texts["drama"]["partReasons"]][] = [
  [/no picture was made/, "noPicture"],
  [/not served here any more/, "notServed"],
  [/on our side/, "internal"],
];

export function partReasonWords(t: Texts, said: string): string {
  const [, key] = knownOfParts.find(([pattern]) => pattern.test(said)) ?? [];
  return key ? t.drama.partReasons[key] : said;
}

/** `path`: of the request, as `inputs.0.uploadId`. */
export function detailWords(t: Texts, { path, message }: { path: string; message: string }): string {
  const field = path.split(".").find((each) => each in t.errors.fields);
  const why = reasonWords(t, message);
  return field ? t.errors.field(t.errors.fields[field] ?? "", why) : why;
}
