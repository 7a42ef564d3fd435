// One line for each measure, and whether its aim is met.

export interface Result {
  measure: string;
  ours: string;
  /** What the machine can do at most, measured in turns with ours. */
  limit?: string;
  /** Ours to the limit. */
  ratio?: number;
  aim?: string;
  isMet?: boolean;
  /** The single measurements. */
  details: string;
  /** What each round measured of ours, all in one unit: by this two products are held against each other. */
  rounds?: number[];
  /** The same measure of the other commit, or why there is none. */
  theirs?: string;
  /** Ours to theirs. */
  toTheirs?: number;
}

/** `against`: the name of the other commit, when there is one. */
export function tableOf(results: readonly Result[], against: string | null = null): string {
  const head = ["measure", "ours", "limit", "ratio", ...(against ? [against, `ours/${against}`] : []), "aim", ""];
  const rows = [head, ...results.map((result) => rowOf(result, against))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => column >= 1 && column < head.length - 2);
  return rows
    .map((row) =>
      row
        .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function rowOf({ measure, ours, limit = "", ratio, aim = "", isMet, ...other }: Result, against: string | null) {
  const verdict = isMet === undefined ? "" : isMet ? "met" : "MISSED";
  const beside = against ? [other.theirs ?? "only ours", shown(other.toTheirs)] : [];
  return [measure, ours, limit, shown(ratio), ...beside, aim, verdict];
}

function shown(ratio: number | undefined): string {
  return ratio === undefined ? "" : ratio.toFixed(2);
}
