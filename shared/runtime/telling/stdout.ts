// Lines on stdout, each written before the call returns, so that neither an exit nor a frozen instance keeps one back.
import { writeSync } from "node:fs";

/** Takes whole lines, each with its line feed. */
export interface LineWriter {
  write(line: string): void;
}

/**
 * Never throws. Waits while a pipe is full: its reader is slow, and no line may be lost. Lines for a reader that is gone, or for a disk
 * that is full, go nowhere.
 */
export const stdout: LineWriter = {
  write(line) {
    const bytes = Buffer.from(isTorn ? `\n${line}` : line);
    let written = 0;
    while (written < bytes.length) {
      try {
        written += writeSync(STDOUT, bytes, written);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") break;
        Atomics.wait(forever, 0, 0, PAUSE_MS);
      }
    }
    // Half a line must not swallow the next one.
    isTorn = written > 0 ? written < bytes.length : isTorn;
  },
};

const STDOUT = 1;
/** Between two looks at a pipe that is full. */
const PAUSE_MS = 2;
/** Nobody ever changes it: waiting for that is the one pause that keeps the event loop still. */
const forever = new Int32Array(new SharedArrayBuffer(4));
let isTorn = false;
