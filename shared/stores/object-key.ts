// Which keys there are. Every store refuses the others with the same RangeError, before anything else happens.

const MAX_KEY_LENGTH = 512;

/** A file name has at most 255 bytes on every common file system; a key that one store takes, all take. */
const segment = String.raw`(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,255}`;
const segmentPattern = new RegExp(`^${segment}$`);
/** At once: a list asks for the keys of all its files at every look. */
const keyPattern = new RegExp(`^${segment}(?:/${segment})*$`);
const partialSegmentPattern = /^[A-Za-z0-9._-]{0,255}$/;

export function isObjectKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && keyPattern.test(key);
}

/** Throws a RangeError unless this is the key of an object. */
export function checkKey(key: string): void {
  if (!isObjectKey(key)) throw new RangeError(`This is not the key of an object: ${shown(key)}`);
}

/** Throws a RangeError unless a key can begin like this; the empty string can. For prefixes, and for places in a listing. */
export function checkPrefix(prefix: string): void {
  const segments = prefix.split("/");
  const last = segments.pop() ?? "";
  const canBegin = prefix.length <= MAX_KEY_LENGTH && segments.every(isSegment) && partialSegmentPattern.test(last);
  if (!canBegin) throw new RangeError(`No key of an object begins like this: ${shown(prefix)}`);
}

/** What may stand between two slashes. */
export function isSegment(segment: string): boolean {
  return segmentPattern.test(segment);
}

/** Long enough to be recognised in a log, quoted so that control characters do no harm there. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
