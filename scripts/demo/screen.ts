// What the demo shows: lines, a table of credits, and rows that move where the terminal lets them.
import { styleText } from "node:util";
import type { Credits, Job, Production } from "./api.ts";

export interface Screen {
  say(text?: string): void;
  /** Rows that replace the ones shown before. Without a terminal, only those that have changed, below each other. */
  show(rows: readonly string[]): void;
}

export function createScreen(out: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = [];

  function redraw(rows: readonly string[]): void {
    const up = shown.length === 0 ? "" : `\x1b[${shown.length}A`;
    const lines = rows.map((row) => `${row}\x1b[K\n`);
    // Without wrapping a row is one line, however narrow the window: else the way up would be longer.
    out.write(`\x1b[?7l${up}${lines.join("")}\x1b[J\x1b[?7h`);
  }

  return {
    say(text = "") {
      shown = [];
      out.write(`${text}\n`);
    },
    show(rows) {
      const changed = rows.filter((row, i) => row !== shown[i]);
      if (out.isTTY) redraw(rows);
      else out.write(changed.map((row) => `${row}\n`).join(""));
      shown = rows;
    },
  };
}

export const bold = (text: string) => styleText("bold", text);
export const dim = (text: string) => styleText("dim", text);
export const green = (text: string) => styleText("green", text);
export const yellow = (text: string) => styleText("yellow", text);

const stages = ["queued", "submitted", "generating", "transferring", "storing", "done"] as const;

/** One cell for each stage that was reached, and the percentage that the API states. */
export function jobRow({ stage, progress }: Job, title: string): string {
  const reached = stages.indexOf(stage) + 1;
  const bar = green("▰".repeat(reached)) + dim("▱".repeat(stages.length - reached));
  return `  ${bar} ${`${progress}`.padStart(3)} %  ${stage.padEnd(12)}  ${title}`;
}

/** A cell for each part in forty, and where it is. */
export function filmRow({ stage, made, nodes, percent, spent }: Production): string {
  const cells = Math.round(percent / 2.5);
  const bar = green("▰".repeat(cells)) + dim("▱".repeat(40 - cells));
  return `  ${bar} ${`${percent}`.padStart(3)} %  ${stage.padEnd(9)} ${`${made}`.padStart(3)} of ${nodes} parts, ${spent} credits`;
}

export const creditsHeader = dim(`  ${"credits".padEnd(16)}balance   held  spent   ledger`);

/** Without a ledger: where it was not asked for. */
export function creditsRow(
  when: string,
  { balance, held, totalSpent }: Credits,
  ledger: readonly number[] = [],
): string {
  const numbers = [balance, held, totalSpent].map((credits) => `${credits}`.padStart(7)).join("");
  return `  ${when.padEnd(16)}${numbers}   ${ledger.map(signed).join(" ")}`.trimEnd();
}

function signed(amount: number): string {
  return amount < 0 ? `−${-amount}` : `+${amount}`;
}
