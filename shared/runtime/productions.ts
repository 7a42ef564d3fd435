// What answering requests about productions needs beside the rest: who plans films, which the other functions need not carry.
import { planner } from "../drama/planning/planner.ts";
import { type RequestRuntime, requestRuntime } from "./runtime.ts";

export function productionRuntime(): RequestRuntime & { planner: typeof planner } {
  return { ...requestRuntime(), planner };
}
