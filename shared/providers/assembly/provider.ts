// `assembly`: puts films together with ffmpeg, as a job like any other. `start` hands out a number; the work is done while it is transferred.
import { tmpdir } from "node:os";
import { AppError } from "../../errors/app-error.ts";
import type { Assembly } from "../../ports/assembly.ts";
import type { CallContext, Provider, ProviderRequest } from "../../ports/provider.ts";
import { aboutFfmpeg, createFfmpeg } from "../ffmpeg/find.ts";
import { makeTemporaryFolder } from "../ffmpeg/temporary-folder.ts";
import { offerAssembly } from "./offer.ts";
import { isListed, problemsOf } from "./rules.ts";
import { opened, textOf, type Work, workOf } from "./work.ts";

export interface AssemblyOptions {
  /** An absolute path; null or absent: the ffmpeg on the PATH, else the one of the npm package. */
  ffmpegPath?: string | null;
  /** Where everything lies while it is worked on; by default the system's folder for such things. */
  temporaryFolder?: string;
}

export function createAssemblyProvider({
  ffmpegPath = null,
  temporaryFolder = tmpdir(),
}: AssemblyOptions = {}): Provider {
  const ffmpeg = createFfmpeg(ffmpegPath);

  return {
    ...offerAssembly(ffmpeg, noteOn),

    async start({ model }, { signal }) {
      signal.throwIfAborted();
      return { state: "succeeded", sources: [{ kind: "stream", data: { make: model }, isMadeOnOpening: true }] };
    },

    async check(_task, { signal }) {
      signal.throwIfAborted();
      const message = "There is no such work: `assembly` delivers at once and keeps no tasks.";
      return { state: "failed", failure: { type: "provider_error", message, retryable: true } };
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("assembly keeps no tasks that could be looked up");
    },

    async open({ data }, request, context) {
      const { signal } = context;
      signal.throwIfAborted();
      if (data.make !== request.assembly?.make) throw new AppError("invalid_output");
      const program = ffmpeg.find();
      if (program === null && request.type !== "text") {
        throw new AppError("invalid_output", { message: ffmpeg.advice, retryable: false });
      }
      await using folder = await makeTemporaryFolder(temporaryFolder, "assembly");
      const { inputs = [] } = request;
      const given = { inputs, access: context.inputs, progress: context.progress, signal };
      const work = workOf({ ...given, program: program ?? "", folder: folder.path });
      const { make } = await import("./make.ts");
      const name = await make(work, await wanted(work, request)).catch((cause) => fail(cause, request, context));
      signal.throwIfAborted();
      return await opened(work, name);
    },
  };
}

/** Throws AppError `invalid_output` for a list that is none. */
async function wanted(work: Work, { assembly, inputs = [] }: ProviderRequest): Promise<Assembly> {
  if (!assembly) throw new AppError("invalid_output");
  if (!isListed(assembly)) return assembly;
  const { listedAssembly } = await import("../../drama/listed-assembly.ts");
  const read = listedAssembly(await textOf(work, assembly.list));
  const problem = read === null || read.make !== assembly.make ? "It is none." : problemsOf(read, inputs)[0]?.message;
  if (read !== null && problem === undefined) return read;
  throw new AppError("invalid_output", { message: `The list of what to make is wrong. ${problem}`, retryable: false });
}

/** What was found out about an input is said as it is; a disk that is full, and a caller who has gone, are nobody's fault here. */
function fail(cause: unknown, { assembly }: ProviderRequest, { signal }: CallContext): never {
  signal.throwIfAborted();
  if (cause instanceof AppError || (cause instanceof Error && "syscall" in cause)) throw cause;
  throw new AppError("invalid_output", { message: `The ${assembly?.make} could not be put together.`, cause });
}

/** For operators, in the health of providers. */
function noteOn(program: string): string | null {
  const { version, isOld, lacks } = aboutFfmpeg(program);
  if (lacks.length > 0)
    return `ffmpeg ${version} (${program}) was built without ${lacks.join(", ")}: install a whole one.`;
  return isOld
    ? `ffmpeg ${version} (${program}) is of 4 or before, which nobody mends: for films of strangers install a newer one.`
    : null;
}
