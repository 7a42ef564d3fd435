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
}

export function tableOf(results: readonly Result[]): string {
  const rows = [["measure", "ours", "limit", "ratio", "aim", ""], ...results.map(rowOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => pad(cell, i, widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function rowOf({ measure, ours, limit = "", ratio, aim = "", isMet }: Result): string[] {
  const verdict = isMet === undefined ? "" : isMet ? "met" : "MISSED";
  return [measure, ours, limit, ratio === undefined ? "" : ratio.toFixed(2), aim, verdict];
}

/** Texts to the left, numbers to the right. */
function pad(cell: string, column: number, width: number): string {
  const isNumber = column >= 1 && column <= 3;
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}
