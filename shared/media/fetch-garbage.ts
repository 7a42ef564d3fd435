// Gives the memory of bytes that have been read back in time.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Costs about half a millisecond each time. */
const EVERY_BYTES = 16 * 1024 * 1024;

type Collect = (options: { type: "minor" }) => void;

let collect: Collect | null = null;

/**
 * V8 sees the small objects of a stream and hardly the buffers behind them: a large file that streams through would leave 100 MB of dead
 * ones before it looks for them. The answer is to be told of all bytes that have been read, and has the young ones looked for now and then.
 */
export function countGarbage(): (bytes: number) => void {
  let sinceLast = 0;
  return (bytes) => {
    sinceLast += bytes;
    if (sinceLast < EVERY_BYTES) return;
    sinceLast = 0;
    collect ??= findCollect();
    collect({ type: "minor" });
  };
}

/** Node gives it to scripts only when it was started with the flag; a new context gets what the flag says by then. */
function findCollect(): Collect {
  setFlagsFromString("--expose-gc");
  const found: Collect = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return found;
}
