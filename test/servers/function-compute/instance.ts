// One deployed function with a custom runtime: its package runs in as many instances as its requests need.
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { refuseOurModules } from "../package-folder.ts";
import { type Instance, type Passed, startInstance } from "./instance-process.ts";
import {
  headerOf,
  type Identity,
  platformHeaders,
  type RoleCredentials,
  withoutPlatformHeaders,
} from "./request-headers.ts";

export interface FunctionOptions {
  /** Where the package was unzipped. Nothing above it may hold node_modules. */
  folder: string;
  /** Default `node index.mjs`; `node` is the one that runs the tests. */
  command?: readonly string[];
  name?: string;
  /** The function's own. Whatever else its processes see is Function Compute's. */
  environment?: Record<string, string>;
  /** Default 60. May be a fraction. */
  timeoutSeconds?: number;
  /** Requests that one instance holds at once (`instanceConcurrency`). Default 1. */
  concurrency?: number;
  /** More are not started: requests beyond them are refused with 429. Default 10. */
  maxInstances?: number;
  memoryMb?: number;
  region?: string;
  /** In which it has to listen. Default 20. */
  startLimitSeconds?: number;
  /** Null: the function has no role, and gets no credentials. */
  role?: RoleCredentials | null;
}

export type FcAnswer =
  | { requestId: string; status: number; headers: string[]; body: AsyncIterable<Uint8Array> }
  | { requestId: string; failure: FcFailure };

export interface FcFailure {
  /** `ResourceExhausted`: throttled. */
  type: "UnhandledInvocationError" | "ResourceExhausted";
  message: string;
}

export interface InvokeResult {
  /** 0 where nothing was answered. */
  status: number;
  body: string;
  outcome: "done" | "failed" | "throttled";
}

export interface PassOptions {
  /** Also what the client itself sent as `x-fc-*`, in front of the platform's own. Function Compute reserves these names. */
  keepsClientHeaders?: boolean;
}

export interface FcFunction {
  name: string;
  region: string;
  /** Passes a request through; a body that breaks off throws. */
  pass(passed: Passed, options?: PassOptions): Promise<FcAnswer>;
  /** `POST /invoke` with the event's bytes, as triggers other than HTTP do it. */
  invoke(event: unknown): Promise<InvokeResult>;
  /** From the next request on. The environment of running processes keeps the old ones. */
  rotate(role: RoleCredentials | null): void;
  /** Pids of the instances that hold requests. */
  busy(): number[];
  /** Resolves when so many requests are under way. */
  busyWith(requests: number): Promise<void>;
  /** SIGKILL to each of `busy()`; how many they were. Resolves when they are gone. */
  kill(): Promise<number>;
  /** Pids of all processes so far, in order. */
  started: readonly number[];
  /** What they printed. */
  output(): string;
  close(): Promise<void>;
}

const ACCOUNT_ID = "164901546557";

export async function startFunction(options: FunctionOptions): Promise<FcFunction> {
  const { name = "function", region = "cn-hangzhou", memoryMb = 512, timeoutSeconds = 60, concurrency = 1 } = options;
  const identity = { name, region, memoryMb, accountId: ACCOUNT_ID };
  refuseOurModules(options.folder);
  const slots = new Set<Slot>();
  const started: number[] = [];
  const watchers = new Set<() => void>();
  let role = options.role ?? null;
  let [output, isClosed] = ["", false];

  /** One with room, or a new one; null when there may be no more. Whoever gets it holds one of its places. */
  function take(): Slot | null {
    const roomy = [...slots].find(({ taken, instance }) => taken < concurrency && !instance?.isGone());
    const slot = roomy ?? (slots.size < (options.maxInstances ?? 10) ? open() : null);
    if (slot) slot.taken++;
    return slot;
  }

  function open(): Slot {
    const slot: Slot = { taken: 0, instance: null, starting: start() };
    slots.add(slot);
    slot.starting
      .then((instance) => {
        slot.instance = instance;
        started.push(instance.pid);
        return instance.ended;
      })
      .catch(() => {})
      .finally(() => slots.delete(slot));
    return slot;
  }

  function start(): Promise<Instance> {
    return startInstance({
      folder: options.folder,
      command: options.command ?? ["node", "index.mjs"],
      startLimitMs: (options.startLimitSeconds ?? 20) * 1000,
      variables: { ...options.environment, ...systemVariables({ ...identity, role }) },
      said: (text) => {
        output += text;
      },
    });
  }

  async function pass(passed: Passed, { keepsClientHeaders = false }: PassOptions = {}): Promise<FcAnswer> {
    const requestId = `1-${randomBytes(4).toString("hex")}-${randomBytes(12).toString("hex")}`;
    const own = platformHeaders({ ...identity, requestId, role });
    const headers = [...withoutPlatformHeaders(passed.headers, keepsClientHeaders), ...own];
    if (isClosed) return { requestId, failure: { type: "UnhandledInvocationError", message: `${name} is deleted` } };
    const slot = take();
    if (!slot) return { requestId, failure: { type: "ResourceExhausted", message: "too many instances" } };
    let limit: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(limit);
      slot.taken--;
    };
    try {
      const instance = await slot.starting;
      limit = setTimeout(() => void instance.kill(), timeoutSeconds * 1000);
      const answering = instance.pass({ ...passed, headers });
      for (const look of watchers) look();
      const response = await answering;
      response.once("close", done);
      return { requestId, status: response.statusCode ?? 0, headers: response.rawHeaders, body: whole(response) };
    } catch (error) {
      done();
      return { requestId, failure: { type: "UnhandledInvocationError", message: String(error) } };
    }
  }

  async function invoke(event: unknown): Promise<InvokeResult> {
    const bytes = Buffer.from(JSON.stringify(event));
    const length = ["Content-Length", String(bytes.byteLength)];
    const headers = ["Host", `${name}.${region}.internal`, "Content-Type", "application/octet-stream", ...length];
    const answer = await pass({ method: "POST", path: "/invoke", headers, body: bytes });
    if ("failure" in answer) {
      const { type, message } = answer.failure;
      return { status: 0, body: message, outcome: type === "ResourceExhausted" ? "throttled" : "failed" };
    }
    const { status } = answer;
    const body = await buffer(answer.body).catch(() => null);
    // "Non-200 and the header x-fc-status: 404" is a failed invocation; any other status is a success.
    const isFailed = body === null || (status !== 200 && headerOf(answer.headers, "x-fc-status") === "404");
    return { status, body: String(body ?? ""), outcome: isFailed ? "failed" : "done" };
  }

  const busyOnes = () =>
    [...slots].flatMap(({ instance }) => (instance && !instance.isGone() && instance.load() > 0 ? [instance] : []));
  const underWay = () => busyOnes().reduce((sum, each) => sum + each.load(), 0);

  return {
    ...{ name, region, pass, invoke, started },
    rotate(changed) {
      role = changed;
    },
    busy: () => busyOnes().map(({ pid }) => pid),
    busyWith: (requests) =>
      new Promise((resolve) => {
        const look = () => {
          if (underWay() < requests) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    async kill() {
      const killed = busyOnes();
      await Promise.all(killed.map((each) => each.kill()));
      return killed.length;
    },
    output: () => output,
    async close() {
      isClosed = true;
      await Promise.all([...slots].map(({ starting }) => starting.then((each) => each.kill()).catch(() => {})));
    },
  };
}

interface Slot {
  /** Requests that hold it or wait for its start. */
  taken: number;
  instance: Instance | null;
  starting: Promise<Instance>;
}

/** To its end, even when nobody wants more of it. */
async function* whole(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response.iterator({ destroyOnReturn: false });
  } finally {
    response.resume();
  }
}

/** https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/environment-variables, "Reserved environment variables". */
function systemVariables({ name, region, memoryMb, accountId, role }: Identity): Record<string, string> {
  return {
    FC_ACCOUNT_ID: accountId,
    FC_FUNCTION_NAME: name,
    FC_FUNCTION_HANDLER: "index.handler",
    FC_FUNCTION_MEMORY_SIZE: String(memoryMb),
    FC_REGION: region,
    FC_QUALIFIER: "LATEST",
    FC_INSTANCE_ID: `c-${randomUUID()}`,
    ...(role && {
      ALIBABA_CLOUD_ACCESS_KEY_ID: role.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: role.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: role.securityToken,
    }),
  };
}
