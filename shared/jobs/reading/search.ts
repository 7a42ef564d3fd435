// Search in one's own prompts: every word somewhere in the prompt. A prompt of Chinese or Japanese has no spaces between its words, so a word is
// found wherever its characters stand.

/** What to look for; none for a text of white space. */
export function searchable(text: string): string[] {
  return folded(text)
    .split(/\s+/u)
    .filter((word) => word !== "");
}

export function hasWords(prompt: string, words: readonly string[]): boolean {
  const text = folded(prompt);
  return words.every((word) => text.includes(word));
}

/** Upper and lower case, and the wide and narrow forms of letters, are the same to whoever searches. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
