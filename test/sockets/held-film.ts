// The product with films that wait for a picture until the door is opened, or forever: their feeds stand still where a test wants it.
import type { Provider } from "../../shared/ports/provider.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";

export interface Door {
  isOpen: boolean;
}

/** Draws as `sketch` does, once the door is open. */
export function studio(door: Door): Provider {
  const sketch = createSketchProvider({});
  return {
    ...sketch,
    id: "studio",
    models: sketch.models.filter(({ type }) => type === "image"),
    async start(request, context) {
      while (!door.isOpen) {
        context.signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return sketch.start(request, context);
    },
  };
}

export const wish = {
  ...{ title: "The late ferry", prompt: "Two people wait at a pier", genre: "drama", language: "en" },
  ...{ durationSec: 10, scenesPerEpisode: 1, seed: 3, models: { image: { provider: "studio" } } },
};
