// A port for programs that cannot choose one themselves. Another program may have taken it by the time that they listen.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Free at `address`. */
export async function freePort(address = "127.0.0.1"): Promise<number> {
  const probe = createServer().listen(0, address);
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
