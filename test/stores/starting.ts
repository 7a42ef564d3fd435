// Starts the program in store-process.ts, and reads what it says.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("./store-process.ts", import.meta.url));

export interface StoreProcess {
  child: ChildProcessWithoutNullStreams;
  /** Each line that it has said so far. */
  lines: string[];
  /** Resolves when it has said so many lines; rejects with what is on its stderr when it ends before. */
  said(count: number): Promise<void>;
  /** Lets it go on where it waits. */
  goOn(): void;
  /** Kills it as the operating system would, and waits until it is gone. */
  kill(): Promise<void>;
  /** All that it said, when it has ended by itself. */
  ended(): Promise<string[]>;
}

/** `around` is a command line that runs it, such as `unshare …`; `node` are Node's options; `uid` is the user that it runs as; `more` are further arguments of the task. */
export function startStore(
  task: string,
  directory: string,
  {
    around = [],
    node = [],
    more = [],
    uid,
  }: { around?: string[]; node?: string[]; more?: string[]; uid?: number } = {},
): StoreProcess {
  const [command = "", ...args] = [...around, process.execPath, ...node, program, task, directory, ...more];
  const child = spawn(command, args, uid === undefined ? {} : { uid, gid: uid });
  const lines: string[] = [];
  const input = createInterface(child.stdout).on("line", (line) => lines.push(line));
  let isClosed = false;
  const closed = Promise.all([once(child, "close"), once(input, "close")]).then(() => {
    isClosed = true;
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  return {
    child,
    lines,
    async said(count) {
      while (lines.length < count) {
        if (isClosed) throw new Error(`it ended with ${child.exitCode}: ${errors}`);
        await Promise.race([once(input, "line"), closed]);
      }
    },
    goOn: () => void child.stdin.write("\n"),
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    async ended() {
      await closed;
      if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode}: ${errors}`);
      return lines;
    },
  };
}
