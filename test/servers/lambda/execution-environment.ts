// One execution environment: a process that holds one invocation at a time, stands still between two, and dies at the time limit.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { endWithUs } from "../child-processes.ts";
import { type FunctionError, type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

export interface EnvironmentOptions {
  /** Where the package was unzipped; the working directory. */
  folder: string;
  arn: string;
  /** What the function's configuration says, and nothing of ours. */
  variables: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
  said: (text: string) => void;
  /** It became idle, or is gone. */
  rested: () => void;
}

export interface ExecutionEnvironment {
  pid: number;
  /** From the start, or a call, until the runtime asks for the next event; and when it is gone. */
  isBusy(): boolean;
  /** The call has to hand its event to the API at once: the time limit begins with it. */
  run<Answer>(
    call: (api: RuntimeApi, deadlineAt: number) => Promise<Answer>,
  ): Promise<Answer | { error: FunctionError }>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it is gone. */
  ended: Promise<void>;
}

/** "The Init phase is limited to 10 seconds"; then it is tried again within the time limit of the first invocation. */
const INIT_LIMIT_MS = 10_000;

/** As JavaScript: hundreds of processes are started with it, and one that has types to strip takes twice as long. */
const bootstrap = readFile(new URL("./bootstrap.ts", import.meta.url), "utf8")
  .then((source) => transform(source, { loader: "ts", target: "node24" }))
  .then(({ code }) => code);

export async function startEnvironment(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
  const { timeoutMs } = options;
  const api = await startRuntimeApi(options.arn);
  const child = launch(options, api.address, await bootstrap);
  const ended = Promise.withResolvers<void>();
  let [isBusy, isGone] = [true, false];

  child.once("close", (code, signal) => {
    isGone = true;
    api.abandon(api.initError ?? exitError(code, signal));
    void api.close().then(ended.resolve);
  });

  function die(error: FunctionError): void {
    api.abandon(error);
    child.kill("SIGKILL");
  }

  /** Until the runtime asks for the next event: then everything in the process stands still until there is one. */
  async function rest(limit: NodeJS.Timeout): Promise<void> {
    await Promise.race([api.waiting(), ended.promise]);
    clearTimeout(limit);
    if (!isGone) child.kill("SIGSTOP");
    isBusy = false;
    options.rested();
  }

  async function run<Answer>(call: (api: RuntimeApi, deadlineAt: number) => Promise<Answer>) {
    isBusy = true;
    child.kill("SIGCONT");
    const initLimit = setTimeout(() => die(timedOut(timeoutMs)), INIT_LIMIT_MS + timeoutMs);
    await Promise.race([api.waiting(), ended.promise]);
    clearTimeout(initLimit);
    if (isGone) return { error: api.initError ?? exitError(child.exitCode, child.signalCode) };
    const answer = call(api, Date.now() + timeoutMs);
    void rest(setTimeout(() => die(timedOut(timeoutMs)), timeoutMs));
    return answer;
  }

  return {
    pid: child.pid ?? 0,
    isBusy: () => isBusy || isGone,
    run,
    async kill() {
      child.kill("SIGKILL");
      await ended.promise;
    },
    ended: ended.promise,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables". */
function launch(
  { folder, variables, memoryMb, said }: EnvironmentOptions,
  address: string,
  program: string,
): ChildProcess {
  const env = {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    LAMBDA_TASK_ROOT: folder,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${randomUUID().replaceAll("-", "")}`,
    ...variables,
    AWS_LAMBDA_RUNTIME_API: address,
  };
  const node = [`--max-old-space-size=${memoryMb}`, "--input-type=module", "--eval", program];
  const child = spawn(process.execPath, node, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  endWithUs(child);
  child.stdout.on("data", (chunk) => said(String(chunk)));
  child.stderr.on("data", (chunk) => said(String(chunk)));
  return child;
}

function exitError(code: number | null, signal: NodeJS.Signals | null): FunctionError {
  const how = signal === null ? `exit status ${code}` : `signal: ${signal === "SIGKILL" ? "killed" : signal}`;
  return { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited with error: ${how}` };
}

function timedOut(timeoutMs: number): FunctionError {
  const errorMessage = `Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
  return { errorType: "Sandbox.Timedout", errorMessage };
}
