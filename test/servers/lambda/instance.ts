// One deployed Lambda function: its package runs in as many execution environments as it has invocations at the same time.
import { refuseOurModules } from "../package-folder.ts";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";
import type { FunctionError, Outcome, RuntimeApi, StreamOutcome } from "./runtime-api.ts";

export interface LambdaOptions {
  /** Where the package was unzipped. Nothing above it may hold node_modules. */
  folder: string;
  /** Default `index.handler`. */
  handler?: string;
  name?: string;
  /** The function's own. Whatever else its processes see is Lambda's. */
  environment?: Record<string, string>;
  /** Default 3. May be a fraction. */
  timeoutSeconds?: number;
  /** Default 128. */
  memoryMb?: number;
  region?: string;
  /** Of the function's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** More invocations at once are throttled. Default 10. */
  maxConcurrency?: number;
}

export interface LambdaFunction {
  name: string;
  arn: string;
  region: string;
  /** A throttled one ends with `TooManyRequestsException`. */
  invoke(event: unknown): Promise<Outcome>;
  invokeStream(event: unknown): Promise<StreamOutcome>;
  /** Those that are in the middle of an invocation. */
  busy(): number[];
  /** Resolves when so many are. */
  busyWith(count: number): Promise<void>;
  /** Resolves when none is: an invocation is over a little later than its answer comes. */
  idle(): Promise<void>;
  /** SIGKILL to each of `busy()`; how many they were. Resolves when they are gone. */
  kill(): Promise<number>;
  /** Pids of all processes so far, in order. */
  started: readonly number[];
  /** What they printed. */
  output(): string;
  close(): Promise<void>;
}

const ACCOUNT_ID = "111122223333";
const roleCredentials = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "the role's secret", sessionToken: "its token" };

export async function startLambda(options: LambdaOptions): Promise<LambdaFunction> {
  const { name = "function", region = "eu-central-1", timeoutSeconds = 3, memoryMb = 128 } = options;
  refuseOurModules(options.folder);
  const arn = `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${name}`;
  const environments = new Set<ExecutionEnvironment>();
  const started: number[] = [];
  const watchers = new Set<() => void>();
  let [output, starting, isClosed] = ["", 0, false];

  /** An idle one, or a new one; null when there may be no more. Nobody else gets it before its call begins. */
  function take(): ExecutionEnvironment | Promise<ExecutionEnvironment> | null {
    const idle = [...environments].find((each) => !each.isBusy());
    if (idle) return idle;
    if (environments.size + starting >= (options.maxConcurrency ?? 10)) return null;
    starting++;
    return start().finally(() => starting--);
  }

  async function start(): Promise<ExecutionEnvironment> {
    const environment = await startEnvironment({
      ...{ folder: options.folder, arn, memoryMb, timeoutMs: timeoutSeconds * 1000, rested: lookAgain },
      variables: variablesOf(options, name, region),
      said: (text) => {
        output += text;
      },
    });
    environments.add(environment);
    started.push(environment.pid);
    void environment.ended.then(() => {
      environments.delete(environment);
      lookAgain();
    });
    return environment;
  }

  async function run<Answer>(
    call: (api: RuntimeApi, deadlineAt: number) => Promise<Answer>,
  ): Promise<Answer | { error: FunctionError }> {
    if (isClosed) return { error: { errorType: "ResourceNotFoundException", errorMessage: `${arn} is deleted` } };
    const taken = take();
    if (!taken) return { error: { errorType: "TooManyRequestsException", errorMessage: "Rate Exceeded." } };
    const environment = taken instanceof Promise ? await taken : taken;
    const answer = environment.run(call);
    lookAgain();
    return answer;
  }

  function lookAgain(): void {
    for (const look of watchers) look();
  }

  function until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  }

  const busyOnes = () => [...environments].filter((each) => each.isBusy());

  return {
    ...{ name, arn, region, started },
    invoke: (event) => run((api, deadlineAt) => api.invoke(event, { deadlineAt })),
    invokeStream: (event) => run((api, deadlineAt) => api.invokeStream(event, { deadlineAt })),
    busy: () => busyOnes().map(({ pid }) => pid),
    busyWith: (count) => until(() => busyOnes().length >= count),
    idle: () => until(() => starting + busyOnes().length === 0),
    async kill() {
      const killed = busyOnes();
      await Promise.all(killed.map((each) => each.kill()));
      return killed.length;
    },
    output: () => output,
    async close() {
      isClosed = true;
      await until(() => starting === 0);
      await Promise.all([...environments].map((each) => each.kill()));
    },
  };
}

function variablesOf(options: LambdaOptions, name: string, region: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = { ...roleCredentials, ...options.credentials };
  return {
    ...options.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    _HANDLER: options.handler ?? "index.handler",
  };
}
