// Processes that stand still do not notice that the tests have ended.
import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Kills it when this process exits, unless it has ended before. */
export function endWithUs(child: ChildProcess): void {
  children.add(child);
  child.once("close", () => children.delete(child));
}
