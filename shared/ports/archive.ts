// Files of the store put into one: the words between who says what goes in and who puts it together.

/** `zip`: every file, with what it was made of. `jianying`: a draft of that editor with the files that it shows. */
export const archiveFormats = ["zip", "jianying"] as const;

export type ArchiveFormat = (typeof archiveFormats)[number];

/** What goes into an archive. It lies in the store as JSON: a job has room for its inputs, and not for six hundred. */
export interface ArchiveList {
  /** Epoch milliseconds: what every file in it says that it was written at, so that the same list gives the same bytes. */
  at: number;
  entries: readonly ArchiveEntry[];
}

/** A file of the store, or a text. `name`: its path in the archive. */
export type ArchiveEntry = { name: string; key: string; size: number } | { name: string; text: string };
