// What `sketch` takes to draw one picture, by itself: from the request to the last byte.
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { answering } from "../answering.ts";

export interface Drawing {
  prompt: string;
  size: string;
  /** Another one draws another picture. */
  reference: string;
}

const sketch = createSketchProvider();

/** Answers milliseconds. */
answering(async ({ prompt, size, reference }: Drawing): Promise<number> => {
  const model = sketch.models.find(({ type }) => type === "image")?.id ?? "";
  const request = { type: "image", operation: "generate", model, prompt, size, n: 1 } as const;
  const context = { reference, signal: new AbortController().signal, progress: () => {} };
  const startedAt = performance.now();
  const started = await sketch.start(request, context);
  const [source] = started.state === "succeeded" ? started.sources : [];
  if (source?.kind !== "stream") throw new Error("A sketch is drawn while it is opened.");
  for await (const _ of await sketch.open(source, request, context));
  return performance.now() - startedAt;
});
