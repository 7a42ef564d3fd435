// What a failed system call means to those who use the store.
import { AppError } from "../errors/app-error.ts";

const fullCodes = ["ENOSPC", "EDQUOT"];

/** One key asks for a folder where another one is an object: a defect of the keys, not an outage. */
const clashCodes = ["EISDIR", "ENOTDIR", "EEXIST", "ENOTEMPTY"];

/** What a path says that leads to no object: there is nothing, or a file where a folder should be, or a link, or a socket. */
const absentCodes = ["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"];

/** Rights that lack, a disk that is read-only, a file system without hard links: that stays until the operator has changed it. */
const finalCodes = ["EACCES", "EPERM", "EROFS", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

const advice =
  "DATA_DIR has to be a folder that this user may write, on a local disk whose file system has hard links.";

/** Does it, and throws `storage_full` or `unavailable` for what the system refuses; other errors pass as they are. */
export async function attempt<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || clashCodes.includes(code)) throw error;
    if (fullCodes.includes(code)) throw new AppError("storage_full", { cause: error });
    const said = error instanceof Error ? error.message : "";
    const forOperator = finalCodes.includes(code) ? `The folder of objects refuses for good: ${said}. ${advice}` : null;
    throw new AppError("unavailable", { cause: error, ...(forOperator !== null && { forOperator }) });
  }
}

/** Null when the error says that nothing is there; any other error is thrown again. */
export function nullIfAbsent(error: unknown): null {
  if (absentCodes.includes(codeOf(error) ?? "")) return null;
  throw error;
}

/** `ENOENT` and the like; undefined for anything but a system call's error. */
export function codeOf(error: unknown): string | undefined {
  const isOfSystem = error instanceof Error && "syscall" in error && "code" in error;
  return isOfSystem ? String(error.code) : undefined;
}
