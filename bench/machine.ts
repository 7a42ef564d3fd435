// The facts without which no number says anything: processor, memory, versions, and what the disk takes for a sync.
import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { percentile } from "./numbers.ts";
import { allCpuSeconds, ownCpuSeconds } from "./proc.ts";

const SYNCS = 300;
/** statfs(2) */
const TMPFS_MAGIC = 0x01021994;

/** A few lines. Syncs a file in `folder` a few hundred times. */
export function describeMachine(folder: string): string {
  const processors = cpus();
  const { node, sqlite } = process.versions;
  const gibibytes = (totalmem() / 1024 ** 3).toFixed(1);
  return [
    `${processors[0]?.model.trim()}, ${processors.length} cores, ${gibibytes} GiB; Linux ${release()}; Node ${node}, SQLite ${sqlite}`,
    `${folder}: ${describeDisk(folder)}`,
  ].join("\n");
}

/**
 * Answers how many cores have been busy since this call with what is neither this process nor one that it started and that has ended.
 * The kernel's own threads are among them: a few hundredths.
 */
export function watchOthers(): () => number {
  const startedAt = performance.now();
  const [busy, own] = [allCpuSeconds(), ownCpuSeconds()];
  return () => {
    const others = allCpuSeconds() - busy - (ownCpuSeconds() - own);
    return Math.max(0, others / ((performance.now() - startedAt) / 1000));
  };
}

function describeDisk(folder: string): string {
  if (statfsSync(folder).type === TMPFS_MAGIC)
    return "in memory, where no sync costs anything. Choose a disk: --folder";
  const ms = timeSyncs(join(folder, "syncs"));
  return `fdatasync of 4 KiB takes ${percentile(ms, 50).toFixed(2)} ms (p50), ${percentile(ms, 99).toFixed(2)} ms (p99)`;
}

function timeSyncs(path: string): number[] {
  const block = Buffer.alloc(4096, 1);
  const file = openSync(path, "wx");
  const times = Array.from({ length: SYNCS }, () => {
    writeSync(file, block);
    const startedAt = performance.now();
    fdatasyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  rmSync(path);
  return times;
}
