// The requests in fal's queue: their states, and what comes of them.
import { randomUUID } from "node:crypto";
import { type SampleFile, sampleFile } from "../vendor/sample-files.ts";
import { typeOf } from "./models.ts";

export interface Result {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Newer answers name it in the status as well. */
  errorType?: string;
}

export interface FalRequest {
  model: string;
  input: Readonly<Record<string, unknown>>;
  webhook: string | null;
  state: "IN_QUEUE" | "IN_PROGRESS" | "COMPLETED";
  startedAt: number;
  /** Absent: the files that were asked for. */
  result?: Result;
}

type AddFile = (name: string, file: { bytes: Uint8Array; contentType: string }) => string;

export function createRequests(finishAfterMs: number, addFile: AddFile) {
  const all = new Map<string, FalRequest>();

  function find(id: string): FalRequest {
    const found = all.get(id);
    if (!found) throw new Error(`there is no request ${id}`);
    return found;
  }

  function fileOf({ bytes, contentType, extension }: SampleFile) {
    const name = `${randomUUID()}.${extension}`;
    const url = addFile(name, { bytes, contentType });
    return { url, content_type: contentType, file_name: name, file_size: bytes.length };
  }

  return {
    all,

    add(model: string, input: Readonly<Record<string, unknown>>, webhook: string | null): string {
      const id = randomUUID();
      all.set(id, { model, input, webhook, state: "IN_QUEUE", startedAt: Date.now() });
      return id;
    },

    move(request: FalRequest): void {
      if (Date.now() - request.startedAt >= finishAfterMs) request.state = "COMPLETED";
    },

    set(id: string, state: FalRequest["state"]): void {
      find(id).state = state;
    },

    end(id: string, result: Result): void {
      Object.assign(find(id), { state: "COMPLETED", result });
    },

    finishAll(): void {
      for (const request of all.values()) request.state = "COMPLETED";
    },

    /** Types of the vendor's client: FluxDevOutput and I2VOutput. */
    outputOf({ model, input }: FalRequest) {
      const file = sampleFile(typeOf(model));
      if (file.extension === "mp4") return { video: fileOf(file) };
      const count = typeof input.num_images === "number" ? input.num_images : 1;
      const images = Array.from({ length: count }, () => ({ ...fileOf(file), width: 1, height: 1 }));
      const common = { timings: {}, seed: 7, prompt: input.prompt };
      return { ...common, images, has_nsfw_concepts: images.map(() => false) };
    },
  };
}
