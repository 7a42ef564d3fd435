// The memory of another process, as the kernel counts it: proc(5).
import { readFile } from "node:fs/promises";

export const canReadMemory = process.platform === "linux";

/** Resident at this moment, in MiB. */
export function residentMebibytes(pid: number): Promise<number> {
  return fieldOf(pid, "VmRSS");
}

/** The most that was ever resident, in MiB. */
export function peakMebibytes(pid: number): Promise<number> {
  return fieldOf(pid, "VmHWM");
}

async function fieldOf(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
}
