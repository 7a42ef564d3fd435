// Serves one long film to everybody, by sockets and from one buffer: it shall cost next to nothing.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { answering } from "../answering.ts";
import { type Movie, movieOf } from "../movie.ts";
import { portOf } from "../origins.ts";

export interface Served {
  mediaBytes: number;
  /** See `movieOf`. */
  isFront?: boolean;
}

const zeros = Buffer.alloc(1024 * 1024);

answering(async ({ mediaBytes, isFront = false }: Served): Promise<{ port: number }> => {
  const movie = await movieOf(mediaBytes, { isFront });
  const server = createServer((socket) => {
    socket.on("error", () => {});
    // Whoever breaks off is not worth a word: the measurement then fails over there.
    socket.once("data", () => void send(socket, movie).catch(() => socket.destroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server) };
});

async function send(socket: Socket, { head, mediaBytes, tail, totalBytes }: Movie): Promise<void> {
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: ${totalBytes}\r\nconnection: close\r\n\r\n`,
  );
  socket.write(head);
  for (let left = mediaBytes; left > 0 && !socket.destroyed; left -= zeros.length) {
    const isTaken = socket.write(zeros.subarray(0, Math.min(left, zeros.length)));
    if (!isTaken) await once(socket, "drain");
  }
  socket.end(tail);
}
