// What became of every row at every provider, for people to read.
import type { Result } from "./run-row.ts";

/** Columns are providers. */
export function tableOf(results: ReadonlyMap<string, ReadonlyMap<string, Result>>): string {
  const names = [...results.keys()];
  const rows = [...new Set([...results.values()].flatMap((each) => [...each.keys()]))];
  const cells = [
    ["What the vendor does", ...names],
    ...rows.map((row) => [row, ...names.map((name) => cellOf(results.get(name)?.get(row)))]),
  ];
  const widths = ["", ...names].map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function cellOf(result: Result | undefined): string {
  if (!result) return "–";
  const { ends, credits, starts, files, isUncertain } = result;
  const money = credits === 0 ? "given back" : `paid ${credits}`;
  const fetched = files === 0 ? "" : `, fetched ${times(files)}`;
  return `${ends}, ${money}; started ${times(starts)}${fetched}${isUncertain ? ", noted as uncertain" : ""}`;
}

function times(count: number): string {
  return ["never", "once", "twice"][count] ?? `${count} times`;
}
