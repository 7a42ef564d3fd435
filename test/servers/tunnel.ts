// A proxy for https as companies have them (CONNECT): whatever public name is asked for, one server on this machine answers; addresses of this machine are
// what they are.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface Tunnel {
  url: string;
  /** `host:port` of each public place that somebody went to. */
  places: string[];
  close(): Promise<void>;
}

export async function startTunnel(target: { port: number }): Promise<Tunnel> {
  const places: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "" }, client: Socket) => {
    const isHere = url.startsWith("127.0.0.1:");
    if (!isHere) places.push(url);
    const there = connect({ host: "127.0.0.1", port: isHere ? Number(url.split(":")[1]) : target.port });
    for (const socket of [client, there]) {
      open.add(socket);
      socket
        .on("error", () => {})
        .once("close", () => {
          open.delete(socket);
          client.destroy();
          there.destroy();
        });
    }
    there.once("connect", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      client.pipe(there).pipe(client);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    places,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
