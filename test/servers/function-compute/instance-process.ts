// One instance of a custom runtime: a process with an HTTP server, which holds several requests at once, stands still without any, and
// is reached at an address of the machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, request as open } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { endWithUs } from "../child-processes.ts";
import { freePort } from "../free-port.ts";

export interface ProcessOptions {
  folder: string;
  command: readonly string[];
  variables: Record<string, string>;
  startLimitMs: number;
  said: (text: string) => void;
}

/** What is passed on, byte by byte. */
export interface Passed {
  method: string;
  /** With its query. */
  path: string;
  /** Names and values in turn. */
  headers: string[];
  body: Readable | Uint8Array;
}

export interface Instance {
  pid: number;
  /** Requests under way. */
  load(): number;
  isGone(): boolean;
  /** Resolves with the head of the answer; what came to an end before rejects with InstanceGone. */
  pass(passed: Passed): Promise<IncomingMessage>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  ended: Promise<void>;
}

export class InstanceGone extends Error {
  override readonly name = "InstanceGone";
}

/**
 * "Listen on 0.0.0.0 or *; on 127.0.0.1 requests time out": Linux has all of 127.0.0.0/8, and who listens on 127.0.0.1 alone is not reached
 * at another of these addresses.
 */
const REACHED_AT = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";

const DOUBT_MS = 500;

/** Rejects with InstanceGone, and with what it printed, unless it listens in time. */
export async function startInstance(options: ProcessOptions): Promise<Instance> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between looking for a free port and listening on it another process of the machine can take it.
      if (tries === 3 || !String(error).includes("EADDRINUSE")) throw error;
    }
  }
}

async function startOnce(options: ProcessOptions): Promise<Instance> {
  const { folder, command, variables, said } = options;
  const port = await freePort("0.0.0.0");
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd: folder,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/opt/bin`,
      LANG: "en_US.UTF-8",
      FC_FUNC_CODE_PATH: folder,
      ...variables,
      // In the cloud all three are 9000, or what the function's configuration says.
      PORT: String(port),
      FC_SERVER_PORT: String(port),
      FC_CUSTOM_LISTEN_PORT: String(port),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  const agent = new Agent({ keepAlive: true });
  const ended = once(child, "close").then(() => agent.destroy());
  let [load, isGone, isDoubtful, printed] = [0, false, false, ""];
  void ended.then(() => {
    isGone = true;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      printed += chunk;
      said(String(chunk));
    });
  }
  await listening(port, Date.now() + options.startLimitMs, () => isGone).catch(async (error: unknown) => {
    child.kill("SIGKILL");
    await ended;
    throw new InstanceGone(`${String(error)}: ${printed}`);
  });

  function over(): void {
    load--;
    if (load === 0 && !isGone) child.kill("SIGSTOP");
  }

  /** A connection breaks a moment before its process is seen to be gone; until then nobody else is sent there. */
  function doubt(): void {
    isDoubtful = true;
    void Promise.race([ended, pause(DOUBT_MS)]).then(() => {
      isDoubtful = false;
    });
  }

  async function pass({ method, path, headers, body }: Passed): Promise<IncomingMessage> {
    if (load++ === 0) child.kill("SIGCONT");
    const request = open({ host: REACHED_AT, port, method, path, headers, agent });
    if (body instanceof Readable) sendAll(body, request);
    else request.end(body);
    try {
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.once("close", over).once("error", doubt);
      return response;
    } catch (error) {
      over();
      doubt();
      throw new InstanceGone("the process exited unexpectedly before completing the request", { cause: error });
    }
  }

  return {
    pid: child.pid ?? 0,
    load: () => load,
    isGone: () => isGone || isDoubtful,
    pass,
    async kill() {
      isGone = true;
      child.kill("SIGKILL");
      await ended;
    },
    ended,
  };
}

/** A client that leaves in the middle of its body takes the request with it. */
function sendAll(body: Readable, request: ClientRequest): void {
  body.once("close", () => body.readableEnded || request.destroy());
  body.pipe(request);
}

async function listening(port: number, until: number, isGone: () => boolean): Promise<void> {
  for (;;) {
    const socket = connect(port, REACHED_AT);
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    if (isGone()) throw new Error("FunctionNotStarted, it ended");
    if (Date.now() > until) throw new Error(`FunctionNotStarted, nobody listens on 0.0.0.0:${port}`);
    await pause(20);
  }
}
