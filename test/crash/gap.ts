// A gap: the place between two calls of the ports, or inside of one, at which a process dies by SIGKILL.
import { writeSync } from "node:fs";
import type { Call } from "../jobs/intercept.ts";

export interface Gap {
  /**
   * Before the call is made; once it was answered, and has had an effect; when so many bytes of a put's body have been taken; or when so many of
   * the keys that are removed at once are gone.
   */
  moment: "before" | "after" | { bytes: number } | { keys: number };
  matches(call: Call): boolean;
  /** The how many-th match it is; the first one by default. */
  nth?: number;
}

/** Makes the call with these arguments. */
type Act = (args: readonly unknown[]) => Promise<unknown>;

export type Around = (call: Call, act: Act) => Promise<unknown>;

/** What the process writes to its standard error, so that whoever waits for its death knows that it died where it should. */
export function lastWords(name: string): string {
  return `the gap is reached: ${name}\n`;
}

export function dyingIn(name: string, gap: Gap): Around {
  let matches = 0;
  const isReached = (call: Call) => gap.matches(call) && ++matches === (gap.nth ?? 1);
  return async (call, act) => {
    if (gap.moment === "after") {
      const answer = await act(call.args);
      // A conditional write that lost is not the one that is meant.
      if (answer !== null && answer !== false && isReached(call)) die(name);
      return answer;
    }
    if (!isReached(call)) return act(call.args);
    if (gap.moment === "before") return die(name);
    if ("keys" in gap.moment) {
      await act([(call.args[0] as string[]).slice(0, gap.moment.keys)]);
      return die(name);
    }
    const [key, body, ...options] = call.args;
    return act([key, dyingBody(name, body as AsyncIterable<Uint8Array>, gap.moment.bytes), ...options]);
  };
}

/** The same port, every call of which goes through `around`. */
export function through<T extends object>(port: Call["port"], target: T, around: Around): T {
  return new Proxy(target, {
    get(owner, name) {
      const member: unknown = Reflect.get(owner, name);
      if (typeof member !== "function" || name === "validate") return member;
      return (...args: unknown[]) =>
        around({ port, name: String(name), args }, async (taken) => Reflect.apply(member, owner, taken));
    },
  });
}

/** The store has taken `bytes` of the body, in one piece, when it asks for more. */
async function* dyingBody(name: string, body: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  const taken: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    taken.push(chunk);
    length += chunk.byteLength;
    if (length >= bytes) break;
  }
  yield Buffer.concat(taken).subarray(0, bytes);
  die(name);
}

function die(name: string): never {
  writeSync(2, lastWords(name));
  process.kill(process.pid, "SIGKILL");
  throw new Error("a process outlived its SIGKILL");
}
