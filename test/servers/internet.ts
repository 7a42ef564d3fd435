// A small internet on this machine: public addresses, each with a port, that lead to origins on 127.0.0.1.
import { connect, type Socket } from "node:net";
import type { Origin } from "./origin.ts";

export interface Internet {
  /** Connects as one would to the real address; where nobody lives, nobody answers the door. */
  dial(address: string, port: number): Socket;
  /** `address:port` of every connection that was begun, in order. */
  dialled: string[];
}

export function createInternet(origins: Record<string, Origin>): Internet {
  const dialled: string[] = [];
  return {
    dialled,
    dial(address, port) {
      const place = `${address}:${port}`;
      dialled.push(place);
      const origin = Object.hasOwn(origins, place) ? origins[place] : undefined;
      // Port 1 (tcpmux) has no listener: a real refusal by the system.
      return connect({ host: "127.0.0.1", port: origin?.port ?? 1 });
    },
  };
}
