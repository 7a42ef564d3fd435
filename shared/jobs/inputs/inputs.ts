// The inputs of a job: the files that its provider is to work on.
import { AppError } from "../../errors/app-error.ts";
import { tempInputKey } from "../../media/keys.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import type { InputAccess, InputFile, ProviderRequest } from "../../ports/provider.ts";
import type { Job, JobInput } from "../job.ts";

/** The request as the provider gets it: with its inputs. Throws when one of them is still to be had. */
export function requestOf({ request, inputs = [] }: Job): ProviderRequest {
  return inputs.length === 0 ? request : { ...request, inputs: filesOf(inputs) };
}

/** How the provider gets at the inputs. Each URL is made anew: one that is signed lives for an hour, a job may wait for longer. */
export function inputAccess(store: ObjectStore, { inputs = [] }: Job, signal: AbortSignal): InputAccess {
  const files = filesOf(inputs);
  const keyOf = (index: number) => {
    const file = files[index];
    if (!file) throw new RangeError(`there is no input ${index}`);
    return file.key;
  };
  return {
    async open(index) {
      const object = await store.get(keyOf(index), { signal });
      if (!object) throw goneFromStore();
      return object.body;
    },
    url: async (index) => store.url(keyOf(index)),
  };
}

export function goneFromStore(): AppError {
  const message = "The picture is no longer in the store. Make a new job with another one.";
  return new AppError("fetch_failed", { message, retryable: false });
}

/** True while an input is still to be fetched, or taken over from temp/. */
export function lacksInputs({ inputs = [] }: Pick<Job, "inputs">): boolean {
  return inputs.some(({ file }) => file === null);
}

/** True when the job keeps inputs that lie nowhere else. */
export function hasOwnInputs({ inputs = [] }: Pick<Job, "inputs">): boolean {
  return inputs.some(isOwnInput);
}

/** Every object that may have been made for such inputs, as far as the job knows. Uploads and the outputs of other jobs are not its own. */
export function ownInputKeys({ userId, id, inputs = [] }: Job): string[] {
  return inputs.flatMap((input, index) =>
    isOwnInput(input) ? [tempInputKey(userId, id, index), ...(input.file ? [input.file.key] : [])] : [],
  );
}

/** It lies nowhere else in the store: it was fetched, or came with the request. */
export function isOwnInput({ origin }: JobInput): boolean {
  return "url" in origin || "data" in origin;
}

function filesOf(inputs: readonly JobInput[]): InputFile[] {
  return inputs.map(({ file }) => {
    if (!file) throw new Error("a provider was to be called without an input");
    return { ...unsaid, ...file };
  });
}

/** Of inputs on jobs of older versions, which had pictures only. */
const unsaid = { type: "image", sha256: "", durationMs: null } as const;
