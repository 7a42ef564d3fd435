// The other names of this machine: a page that was opened at http://localhost:3000 is of another origin than http://127.0.0.1:3000, to which its
// uploads go. Both are this very server.

const twins: Readonly<Record<string, readonly string[]>> = {
  "127.0.0.1": ["localhost"],
  "[::1]": ["localhost"],
  localhost: ["127.0.0.1", "[::1]"],
};

/** The origins under which a page of this server may have been opened; none where it is not reached by the loopback alone. */
export function loopbackOrigins(publicUrl: string): string[] {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  const names = twins[hostname];
  if (protocol !== "http:" || names === undefined) return [];
  return [origin, ...names.map((name) => `http://${name}${port === "" ? "" : `:${port}`}`)];
}
