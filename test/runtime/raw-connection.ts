// A connection on which a test says exactly what it wants to, byte by byte, and reads what comes back.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawConnection {
  socket: Socket;
  write(text: string | Uint8Array): void;
  /** Resolves when what has come so far contains `text`. */
  until(text: string): Promise<string>;
  /** Resolves with all that came when the other side has ended. Rejects when it was reset. */
  end(): Promise<string>;
  received(): string;
}

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let all = "";
  let failure: Error | null = null;
  socket.on("data", (chunk) => {
    all += chunk.toString("latin1");
    socket.emit("more");
  });
  socket.on("end", () => socket.emit("more"));
  socket.on("error", (error) => {
    failure = error;
    socket.emit("more");
  });
  await once(socket, "connect");

  async function wait(isEnough: () => boolean): Promise<string> {
    while (!isEnough()) {
      if (failure) throw failure;
      if (socket.readableEnded) throw new Error(`the other side ended after: ${all}`);
      await once(socket, "more");
    }
    return all;
  }

  return {
    socket,
    write: (text) => socket.write(text),
    until: (text) => wait(() => all.includes(text)),
    async end() {
      const received = await wait(() => socket.readableEnded && failure === null);
      socket.destroy();
      return received;
    },
    received: () => all,
  };
}

/** The JSON body of the last answer in what came. */
export function lastBody(received: string) {
  return JSON.parse(received.slice(received.lastIndexOf("\r\n\r\n") + 4));
}
