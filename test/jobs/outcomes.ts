// What a provider may answer, in the words of the port.
import type { CheckOutcome, Failure, Source, StartOutcome } from "../../shared/ports/provider.ts";

export function started(id: string, checkAfterMs = 1000): StartOutcome {
  return { state: "started", task: { id }, checkAfterMs };
}

export function running(progress?: number, checkAfterMs = 1000): CheckOutcome {
  return { state: "running", checkAfterMs, ...(progress === undefined ? {} : { progress }) };
}

/** So many outputs, each of which the adapter opens. */
export function delivered(count: number): { state: "succeeded"; sources: Source[] } {
  const sources = Array.from({ length: count }, (_, index): Source => ({ kind: "stream", data: { index } }));
  return { state: "succeeded", sources };
}

/** So many outputs, each of which is made on opening. */
export function toBeMade(count: number): { state: "succeeded"; sources: Source[] } {
  const sources = Array.from(
    { length: count },
    (_, index): Source => ({ kind: "stream", data: { index }, isMadeOnOpening: true }),
  );
  return { state: "succeeded", sources };
}

export function failing(fields: Partial<Failure> = {}): { state: "failed"; failure: Failure } {
  const failure: Failure = { type: "provider_error", message: "The provider is busy.", retryable: true, ...fields };
  return { state: "failed", failure };
}

export interface Held<T> {
  /** For the script: asks, and waits for the test's answer. */
  ask(): Promise<T>;
  /** Resolves once somebody waits for the answer. */
  asked: Promise<void>;
  isAsked(): boolean;
  answer(value: T): void;
  isAnswered(): boolean;
}

/** An answer that comes when the test lets it. */
export function held<T>(): Held<T> {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<T>();
  let isAsked = false;
  let isAnswered = false;
  return {
    ask() {
      isAsked = true;
      asked.resolve();
      return answer.promise;
    },
    asked: asked.promise,
    isAsked: () => isAsked,
    answer(value) {
      isAnswered = true;
      answer.resolve(value);
    },
    isAnswered: () => isAnswered,
  };
}
