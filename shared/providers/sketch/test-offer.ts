// What the provider `test` offers, without what draws it.
import type { OfferedProvider } from "../../ports/provider.ts";
import type { Ffmpeg } from "../ffmpeg/find.ts";
import { offerSketch } from "./offer.ts";
import { isTestModel, models } from "./test-models.ts";

export function offerTests(ffmpeg: Ffmpeg): OfferedProvider {
  const sketch = offerSketch(ffmpeg);
  return {
    ...sketch,
    id: "test",
    models,
    canCancel: true,
    // Of those that are tried three times: run-job may stay with them to their end.
    typicalMs: 10_000,

    validate(request) {
      const { model, n } = request;
      if (!isTestModel(model))
        return [{ path: "model", message: `There is: ${models.map(({ id }) => id).join(", ")}.` }];
      const wrong = sketch.validate({ ...request, model: "sketch" });
      if (model !== "sketch-partial" || n !== 1) return wrong;
      return [
        ...wrong,
        { path: "n", message: "Must be 2 at least: sketch-partial delivers one less than was asked for." },
      ];
    },
  };
}
