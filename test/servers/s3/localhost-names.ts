// RFC 6761, 6.3: "Name resolution APIs and libraries SHOULD recognize localhost names as special and SHOULD always return the IP loopback
// address". Not every system does for `bucket.localhost`; while this is in use, Node does.
type Callback = (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void;

/** As `NODE_OPTIONS`, the same for another process. As JavaScript: hundreds are started, and one that has types to strip takes twice as long. */
export const localhostNames = `--import data:text/javascript,${encodeURIComponent(`(${install})();`)}`;

let users = 0;
let restore = () => {};

/** Returns what ends it. */
export function useLocalhostNames(): () => void {
  if (users++ === 0) restore = install();
  return () => {
    if (--users === 0) restore();
  };
}

/** Stands alone, as its text is run elsewhere. */
function install(): () => void {
  // The module's own object: what `net` looks names up with.
  const dns = process.getBuiltinModule("node:dns") as { lookup: (...given: unknown[]) => unknown };
  const { lookup } = dns;
  dns.lookup = (...given) => {
    const [host, options] = given;
    if (!/(^|\.)localhost$/.test(String(host))) return lookup(...given);
    const callback = given.at(-1) as Callback;
    const isAll = typeof options === "object" && options !== null && "all" in options && options.all === true;
    process.nextTick(() =>
      isAll ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4),
    );
    return undefined;
  };
  return () => {
    dns.lookup = lookup;
  };
}
