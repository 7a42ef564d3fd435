// A line to a server that can be cut: what is open breaks off, and nobody gets through until it is mended.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CuttableLine {
  url: string;
  cut(): void;
  mend(): void;
  /** How many have tried in vain since it was cut. */
  inVain(): number;
  close(): Promise<void>;
}

export async function startCuttableLine(target: string): Promise<CuttableLine> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let [isCut, inVain] = [false, 0];
  const server = createServer((near) => {
    if (isCut) {
      inVain += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      [isCut, inVain] = [true, 0];
      breakAll();
    },
    mend() {
      isCut = false;
    },
    inVain: () => inVain,
    async close() {
      server.close();
      breakAll();
      await once(server, "close");
    },
  };
}
