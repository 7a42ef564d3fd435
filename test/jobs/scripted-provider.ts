// A provider for tests of the core: it does what its script says, and remembers what it was asked.
import type {
  CallContext,
  CancelOutcome,
  CheckOutcome,
  Limits,
  LostSubmit,
  Provider,
  ProviderRequest,
  ProviderTask,
  StartOutcome,
} from "../../shared/ports/provider.ts";
import { tinyPng } from "./tiny-png.ts";

export interface Script {
  lostSubmit?: LostSubmit;
  isSynchronous?: boolean;
  startTimeoutMs?: number;
  /** How often it may be asked. Default: as often as anybody likes. */
  limits?: Limits;
  /** What `start` answers, by how many starts there were before; throws to lose the answer. Default: succeeds at once. */
  start?(count: number, reference: string, call?: StartCall): StartOutcome | Promise<StartOutcome>;
  check?(count: number, task: ProviderTask): CheckOutcome | Promise<CheckOutcome>;
  cancel?(count: number, task: ProviderTask): CancelOutcome;
  lookUp?(reference: string): ProviderTask | null;
  /** What a source of kind `stream` yields. Default: a whole PNG. */
  open?(index: number, context: CallContext): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

/** All that a start was told. */
export interface StartCall {
  request: ProviderRequest;
  context: CallContext;
}

export interface ScriptedProvider extends Provider {
  readonly calls: { name: "start" | "check" | "cancel" | "lookUp" | "open"; reference: string; task?: string }[];
}

export const succeeded: StartOutcome & CheckOutcome = {
  state: "succeeded",
  sources: [{ kind: "stream", data: { index: 0 } }],
};

export function scriptedProvider(script: Script = {}, id = "scripted"): ScriptedProvider {
  const calls: ScriptedProvider["calls"] = [];
  const count = (name: string) => calls.filter((call) => call.name === name).length;
  return {
    calls,
    id,
    isConfigured: true,
    models: [{ id, type: "image", operations: ["generate"], price: 10, maxOutputs: 4 }],
    lostSubmit: script.lostSubmit ?? "restart",
    isSynchronous: script.isSynchronous ?? false,
    canCancel: true,
    typicalMs: 1000,
    ...(script.startTimeoutMs && { startTimeoutMs: script.startTimeoutMs }),
    ...(script.limits && { limits: script.limits }),
    validate: () => [],
    async health(signal) {
      signal.throwIfAborted();
      return { status: "up" };
    },
    async start(request, context) {
      const { reference } = context;
      const before = count("start");
      calls.push({ name: "start", reference });
      return (await script.start?.(before, reference, { request, context })) ?? succeeded;
    },
    async check(task, { reference }) {
      const before = count("check");
      calls.push({ name: "check", reference, task: task.id });
      return (await script.check?.(before, task)) ?? succeeded;
    },
    async cancel(task, { reference }) {
      const before = count("cancel");
      calls.push({ name: "cancel", reference, task: task.id });
      return script.cancel?.(before, task) ?? "done";
    },
    async lookUp({ reference }) {
      calls.push({ name: "lookUp", reference });
      return script.lookUp?.(reference) ?? null;
    },
    async open(source, _, context) {
      calls.push({ name: "open", reference: context.reference });
      return (await script.open?.(Number(source.data.index), context)) ?? whole();
    },
  };
}

async function* whole(): AsyncGenerator<Uint8Array> {
  yield tinyPng;
}
