// The limit of a server that draws: the same pictures, drawn as fast as all processors can, and kept nowhere.
import { availableParallelism } from "node:os";
import type { CallContext, ProviderRequest } from "../../shared/ports/provider.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { answering } from "../answering.ts";
import { ownCpuSeconds } from "../proc.ts";
import { inTurns } from "../users.ts";

export interface BarePictures {
  prompts: string[];
  size: string;
}

export interface Drawn {
  ms: number;
  cpuSeconds: number;
}

const sketch = createSketchProvider();
const { signal } = new AbortController();

answering(async ({ prompts, size }: BarePictures): Promise<Drawn> => {
  const cpuBefore = ownCpuSeconds();
  const startedAt = performance.now();
  await inTurns(prompts, availableParallelism(), (prompt) => draw(prompt, size));
  return { ms: performance.now() - startedAt, cpuSeconds: ownCpuSeconds() - cpuBefore };
});

async function draw(prompt: string, size: string): Promise<void> {
  const request: ProviderRequest = { type: "image", model: "sketch", operation: "generate", prompt, size, n: 1 };
  const context: CallContext = { reference: prompt, signal };
  const started = await sketch.start(request, context);
  if (started.state !== "succeeded") throw new Error(`sketch ${started.state}`);
  for (const source of started.sources) {
    if (source.kind !== "stream") throw new Error("sketch draws on opening");
    for await (const _ of await sketch.open(source, request, context)) {
      // Nobody keeps it.
    }
  }
}
