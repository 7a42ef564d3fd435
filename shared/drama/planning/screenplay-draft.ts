// The screenplay, where it is still to be written: by the user's own words, which go to the writer as they are.
import type { ProviderRequest } from "../../ports/provider.ts";
import type { ScreenplayWish } from "../../ports/wishes.ts";
import type { FilmWish, Offer, Snapshot } from "../plan.ts";
import type { Draft, Make } from "./draft.ts";
import { offersFor, priced, takesOf } from "./offered.ts";
import { seedOf } from "./seed.ts";

export function screenplayDraft(snapshot: Snapshot): Draft {
  const { wish } = snapshot;
  const [wanted, other] = offersFor(snapshot, "text");
  const isAgain = wish.onFailure === "degrade";
  const makes = [
    ...(wanted ? [writtenBy(wanted, wish)] : []),
    ...(wanted && isAgain && takesOf(wanted).hasSeed ? [writtenBy(wanted, wish, "other_seed")] : []),
    ...(other && isAgain ? [writtenBy(other, wish, "other_model")] : []),
  ];
  return { id: "screenplay", kind: "screenplay", stage: "writing", type: "text", from: [], makes };
}

function writtenBy(offer: Offer, wish: FilmWish, degraded?: Make["degraded"]): Make {
  const asked: Omit<ProviderRequest, "model"> = {
    ...{ type: "text", operation: "generate", prompt: wish.prompt, n: 1, screenplay: screenplayWish(wish) },
    ...(takesOf(offer).hasSeed && { seed: seedOf(wish.seed, "screenplay", degraded !== undefined) }),
  };
  const { request, price } = priced(offer, asked);
  const { provider, model } = offer;
  return {
    provider,
    model: model.id,
    lane: "job",
    price,
    ...(degraded && { degraded }),
    ask: () => ({ request, inputs: [] }),
  };
}

function screenplayWish({ language, genre, episodes, scenesPerEpisode, durationSec, title }: FilmWish): ScreenplayWish {
  return { language, genre, episodes, scenesPerEpisode, durationSec, ...(title !== undefined && { title }) };
}
