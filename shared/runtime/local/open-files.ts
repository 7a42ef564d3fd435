// How many files and connections this process may have open at the same time, as the kernel says.
import { readFile } from "node:fs/promises";
import type { Log } from "../../ports/log.ts";

/** Each connection, each file that is written or fetched and each job under way takes some: with fewer, requests fail under load. */
const ENOUGH = 1024;

/** One warning when there are few. Where the system does not tell, nothing is said. */
export async function warnOfFewFiles(log: Log, limitsFile = "/proc/self/limits"): Promise<void> {
  const maxOpenFiles = softLimit(await readFile(limitsFile, "utf8").catch(() => ""));
  if (maxOpenFiles >= ENOUGH) return;
  log.warn(
    { maxOpenFiles },
    `only ${maxOpenFiles} files and connections may be open at once: under load, requests will fail. ` +
      `Raise it to ${ENOUGH} or more before the start, with ulimit -n, LimitNOFILE= of systemd, or --ulimit nofile= of Docker`,
  );
}

/** proc_pid_limits(5): "Max open files", then the soft and the hard limit. Node has raised the soft one to the hard one when it began. */
function softLimit(limits: string): number {
  return Number(/^Max open files +(\d+) /m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
}
