// How far it is: a bar on a terminal, elsewhere a line now and then. On stderr.
const WIDTH = 30;
const LINE_EVERY_MS = 10_000;
const BAR_EVERY_MS = 100;

export interface Counts {
  rows: number;
  copied: number;
  there: number;
  gone: number;
  unfinished: number;
  unreadable: number;
}

export interface Progress {
  tell(counts: Counts): void;
  end(counts: Counts): void;
}

export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const isTerminal = stream.isTTY === true;
  const startedAt = performance.now();
  let toldAt = Number.NEGATIVE_INFINITY;
  const write = (counts: Counts) => {
    const line = lineOf(counts, total, (performance.now() - startedAt) / 1000);
    stream.write(isTerminal ? `\r${barOf(counts.rows, total)} ${line}\u001b[K` : `${line}\n`);
  };
  return {
    tell(counts) {
      const now = performance.now();
      if (now - toldAt < (isTerminal ? BAR_EVERY_MS : LINE_EVERY_MS)) return;
      toldAt = now;
      write(counts);
    },
    end(counts) {
      write(counts);
      if (isTerminal) stream.write("\n");
    },
  };
}

function barOf(done: number, total: number): string {
  const filled = total === 0 ? WIDTH : Math.round((WIDTH * Math.min(done, total)) / total);
  return `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}]`;
}

export function lineOf(
  { rows, copied, there, gone, unfinished, unreadable }: Counts,
  total: number,
  seconds: number,
): string {
  const others = [
    there > 0 ? `, ${there} were there` : "",
    unfinished > 0 ? `, ${unfinished} unfinished` : "",
    unreadable > 0 ? `, ${unreadable} lines unreadable` : "",
  ].join("");
  return `${rows} of ${total} rows: ${copied} copied, ${gone} gone${others}; ${(rows / Math.max(seconds, 0.001)).toFixed(0)} rows a second`;
}
