// What the kernel counts: proc(5).
import { readFileSync } from "node:fs";

/** USER_HZ, which is 100 on every architecture of today. */
const TICKS_PER_SECOND = 100;

/** The most memory that a process ever had, in bytes. */
export function peakMemory(pid: number | "self"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** The memory that a process has now, in bytes: with what it shares with others, such as the program itself. */
export function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

const LOOK_MS = 20;

/**
 * Answers the most memory that the processes had together which this one started, and that this one had, from this call on: in bytes. Of those that run at
 * once the highest that each ever had is added up; what one takes within its last moments is not seen.
 */
export function watchChildren(): () => { childrenBytes: number; ownBytes: number } {
  let childrenBytes = 0;
  let ownBytes = 0;
  const timer = setInterval(() => {
    ownBytes = Math.max(ownBytes, residentMemory(process.pid));
    const together = childrenOf(process.pid).reduce((sum, pid) => sum + peakOf(pid), 0);
    childrenBytes = Math.max(childrenBytes, together);
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    return { childrenBytes, ownBytes };
  };
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

/** 0 of one that has ended meanwhile. */
function peakOf(pid: number): number {
  try {
    return peakMemory(pid) || 0;
  } catch {
    return 0;
  }
}

/** Processor time of all threads of a process, in seconds. */
export function cpuSeconds(pid: number): number {
  return sumOfFields(pid, 2) / TICKS_PER_SECOND;
}

/** Of this process, and of its children that have ended. */
export function ownCpuSeconds(): number {
  return cpuSecondsWithChildren("self");
}

/** Of a process, and of its children that have ended. */
export function cpuSecondsWithChildren(pid: number | "self"): number {
  return sumOfFields(pid, 4) / TICKS_PER_SECOND;
}

/** Of all processors and processes: user, nice, system, irq, softirq and steal. */
export function allCpuSeconds(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/ +/).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Of the fields utime, stime, cutime, cstime: from the 14th on. The name before them may have blanks. */
function sumOfFields(pid: number | "self", count: number): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const ticks = fields.split(" ").slice(11, 11 + count);
  return ticks.reduce((sum, field) => sum + Number(field), 0);
}
