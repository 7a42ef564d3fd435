// Texts of files of others, as they may be shown.

const MAX_CHARACTERS = 200;

/** Null for an empty one. Without control characters, which could make a terminal do something; a long one is cut. */
export function shown(text: string): string | null {
  const plain = text
    .slice(0, MAX_CHARACTERS)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ");
  return plain === "" ? null : plain;
}
