// What a store may do wrong without saying so.

export type StoreDefect =
  /** Puts and forms replace what lies there, whatever condition they have. */
  | "replaces by puts"
  /** The same of uploads that were signed for somebody, alone. */
  | "replaces by uploads"
  /** Copies replace what lies there. */
  | "replaces by copies"
  /** Copies do not look whether the source is the one that is named. */
  | "copies any source"
  /** Uploads may have any size. */
  | "takes any size";
