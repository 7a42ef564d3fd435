// libfaketime, the library of the Debian package `faketime`: a process that is started with it has a wall clock of its own, which a file sets.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";

const library = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/faketime/libfaketime.so.1",
].find((path) => existsSync(path));

export const isInstalled = library !== undefined;

export interface FakeTime {
  /** For the process. */
  environment: Record<string, string>;
  /** From now on its clock is so many seconds ahead of the real one. Its pauses go on as they were: machines' timers do not follow the clock. */
  set(aheadSeconds: number): Promise<void>;
}

/** `file` is made, and belongs to one process. */
export async function fakeTime(file: string, aheadSeconds = 0): Promise<FakeTime> {
  const set = (seconds: number) => writeFile(file, `+${seconds}s\n`);
  await set(aheadSeconds);
  return {
    environment: {
      LD_PRELOAD: library ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set,
  };
}
