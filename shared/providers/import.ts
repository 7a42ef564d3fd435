// `import`: keeps a file that exists already. It only says where the file is; whoever takes the source over fetches, checks and stores it.
import { AppError, type ErrorDetail } from "../errors/app-error.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { Model, OfferedProvider, Provider, ProviderRequest, Source } from "../ports/provider.ts";
import { maxUrlLength } from "../ports/url.ts";

export interface ImportOptions {
  /** Where bytes that came with a request lie. */
  store: ObjectStore;
}

const models: readonly Model[] = [
  { id: "import", type: "image", operations: ["generate"], price: 0, maxOutputs: 1 },
  { id: "import", type: "video", operations: ["generate"], price: 0, maxOutputs: 1 },
];

export const importOffer: OfferedProvider = {
  id: "import",
  isConfigured: true,
  models,
  lostSubmit: "restart",
  isSynchronous: false,
  canCancel: false,
  typicalMs: 5000,

  validate: (request) => validate(request),

  async health(signal) {
    signal.throwIfAborted();
    return { status: "up" };
  },
};

export function createImportProvider({ store }: ImportOptions): Provider {
  return {
    ...importOffer,

    async start({ source }, { signal }) {
      signal.throwIfAborted();
      if (source) return { state: "succeeded", sources: [sourceOf(source)] };
      const message = "The request does not say which file to keep.";
      return { state: "failed", failure: { type: "provider_error", message, retryable: false } };
    },

    async check(_task, { signal }) {
      signal.throwIfAborted();
      const message = "There is no such import: `import` delivers at once and keeps no tasks.";
      return { state: "failed", failure: { type: "provider_error", message, retryable: true } };
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("import keeps no tasks that could be looked up");
    },

    async open({ data }, _request, { signal }) {
      signal.throwIfAborted();
      if (typeof data.key !== "string") throw new AppError("invalid_output");
      const object = await store.get(data.key, { signal });
      if (!object) throw new AppError("fetch_failed", { message: "The file that came with the request is gone." });
      return object.body;
    },
  };
}

type ImportedFile = NonNullable<ProviderRequest["source"]>;

function sourceOf(file: ImportedFile): Source {
  return "url" in file ? { kind: "url", url: file.url } : { kind: "stream", data: { key: file.key } };
}

function validate({ model, operation, n, type, source }: ProviderRequest): ErrorDetail[] {
  const wrong: ErrorDetail[] = [];
  if (model !== "import") wrong.push({ path: "model", message: "import has the one model `import`." });
  if (operation !== "generate") wrong.push({ path: "operation", message: "import offers `generate`." });
  if (n !== 1) wrong.push({ path: "n", message: "import keeps one file at a time: n is 1." });
  const problem = problemOf(source);
  if (problem) wrong.push({ path: type === "image" ? "imageUrl" : "videoUrl", message: problem });
  return wrong;
}

function problemOf(file: ImportedFile | undefined): string | null {
  if (!file) return "Give the address of the file to keep.";
  return "url" in file ? problemOfUrl(file.url) : null;
}

/** Only the form: whether an address may be fetched from is decided where it is fetched. */
function problemOfUrl(text: string): string | null {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return "Must be an http or https URL.";
  return url.href.length > maxUrlLength ? `May have at most ${maxUrlLength} characters.` : null;
}
