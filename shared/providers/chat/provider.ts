// A language model behind any server that speaks OpenAI's chat language, or Ollama's own: asked, checked, asked once more.
import type { ChatId, VendorConfig } from "../../config/vendors.ts";
import { checkScreenplay, jsonSchemaOf, type Screenplay } from "../../drama/screenplay.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, Failure, Provider, ProviderRequest } from "../../ports/provider.ts";
import { bytesOfInput, notHanded } from "../calling/inputs.ts";
import { ask, type Question } from "./ask.ts";
import { offer } from "./offer.ts";
import { readJson } from "./read-json.ts";
import { dialectOf, servers } from "./servers.ts";
import { contextOf, tokensOf } from "./tokens.ts";
import { messagesOf, repairOf } from "./words.ts";

export function create(id: ChatId, config: VendorConfig): Provider {
  const server = servers[id];
  return {
    ...offer(id, config),

    async start(request, context) {
      context.signal.throwIfAborted();
      const { keep } = context;
      if (!keep) throw new Error("there is nobody who keeps the text");
      const pictures = await picturesOf(request, context).catch((error) => notHanded(error, context));
      if ("failure" in pictures) return pictures;
      const written = await write(request, pictures, context.signal);
      if ("failure" in written) return { state: "failed", failure: written.failure };
      await keep(0, chunks(`${JSON.stringify(written.screenplay, null, 1)}\n`));
      return { state: "succeeded", sources: [{ kind: "kept" }] };
    },

    async check() {
      throw new Error(`${id} has no tasks`);
    },

    async cancel(_, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error(`${id} knows nothing of our references`);
    },

    async open() {
      throw new AppError("fetch_failed");
    },
  };

  /** What is wrong with the first answer is said once; a model that does not mend it then does not mend it at all. */
  async function write(request: ProviderRequest, pictures: readonly string[], signal: AbortSignal): Promise<Written> {
    const wish = wishOf(request);
    const messages = messagesOf(request.prompt, wish, pictures.length > 0);
    const maxTokens = Math.min(tokensOf(wish), config.maxTokens ?? Number.POSITIVE_INFINITY);
    const question: Question = {
      ...{ model: request.model, messages, pictures, schema: jsonSchemaOf(wish), seed: request.seed },
      ...{ dialect: dialectOf(server, config, request.model), maxTokens },
      contextTokens: contextOf(messages, pictures.length, maxTokens),
    };
    const first = await asked(question, signal);
    if (!("problems" in first)) return first;
    const repair = repairOf(first.text, first.problems);
    const second = await asked({ ...question, messages: [...messages, ...repair] }, signal);
    return "problems" in second ? { failure: unusable(second.problems) } : second;

    async function asked(question: Question, signal: AbortSignal) {
      const answer = await ask(server, config, question, signal);
      if ("failure" in answer) return answer;
      const { text, isCut } = answer;
      if (isCut) return { text: "", problems: ["it was cut at the end: it has to be shorter, so write shorter texts"] };
      const json = readJson(text);
      if (json === undefined) return { text, problems: ["it is not one JSON object"] };
      const checked = checkScreenplay(json, wish);
      return "problems" in checked ? { text, problems: checked.problems } : checked;
    }
  }
}

type Written = { screenplay: Screenplay } | { failure: Failure };

function wishOf({ screenplay }: ProviderRequest) {
  if (!screenplay) throw new Error("a text without a wish");
  return screenplay;
}

/** As `data:` URLs: local servers fetch nothing, and Ollama takes nothing else. */
async function picturesOf({ inputs = [] }: ProviderRequest, context: CallContext): Promise<readonly string[]> {
  const pictures: string[] = [];
  for (const [i, { contentType }] of inputs.entries()) {
    pictures.push(`data:${contentType};base64,${(await bytesOfInput(context, i)).toString("base64")}`);
  }
  return pictures;
}

/** Another try asks anew, and models answer differently each time. */
function unusable(problems: readonly string[]): Failure {
  const message = `The language model's answer was no screenplay that can be used, twice: ${problems.slice(0, 3).join("; ")}.`;
  return { type: "invalid_output", message, retryable: true };
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
