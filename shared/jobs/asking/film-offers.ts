// Who may be asked for the parts of a film, and at which price: chosen and refused as for a single picture, video or sound.

import { priceOf, priceRuleOf } from "../../credits/prices.ts";
import type { Offer, Snapshot } from "../../drama/plan.ts";
import { AppError, type ErrorDetail } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { MadeKind, MediaKind, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";
import type { ScreenplayWish, Sound } from "../../ports/wishes.ts";
import { type Choice, chooseModel, isServed, modelsOf } from "./choose-model.ts";
import { findModel } from "./fallback.ts";
import { ASSEMBLY, requireAssembly } from "./require-assembly.ts";
import type { GenerationSettings } from "./submit-generation.ts";
import { aStill, takenBy } from "./taken-by.ts";

interface Deps {
  clock: Clock;
  providers: ReadonlyMap<string, OfferedProvider>;
  generation: Pick<GenerationSettings, "prices" | "isDryRun" | "defaultProvider" | "fallbacks">;
}

/** Whom a user wants to be asked; what is absent is the operator's default. */
export type ModelWishes = Readonly<{
  [Type in MadeKind]?: { provider?: string | undefined; model?: string | undefined } | undefined;
}>;

/** What is still to be written, in the user's words. */
export interface Unwritten {
  prompt: string;
  screenplay: ScreenplayWish;
}

type Offers = Snapshot["offers"];

/**
 * The wanted model of each type, then the one that is asked when it has failed. No videos: the stills move. `unwritten`: null where the
 * screenplay is there. Throws 400 as a request for such a picture, video or sound does, and where nothing can be put together.
 */
export function offersOf(deps: Deps, wishes: ModelWishes, unwritten: Unwritten | null): Offers {
  requireAssembly(deps);
  const wished: ModelWishes = deps.generation.isDryRun ? {} : wishes;
  return {
    text: [...(unwritten ? texts(deps, wished, unwritten) : []), ...assembling(deps, "text")],
    image: [...images(deps, wished), ...assembling(deps, "image")],
    video: [...videos(deps, wished), ...assembling(deps, "video")],
    audio: [...sounds(deps, wished), ...assembling(deps, "audio")],
  };
}

function texts(deps: Deps, { text: wish = {} }: ModelWishes, { prompt, screenplay }: Unwritten): Offer[] {
  const chosen = chosenBy(deps, { type: "text", ...wish });
  const asked = (id: string): ProviderRequest => ({ ...plainRequest("text", id), prompt, screenplay });
  requireNone(chosen.provider.validate(asked(chosen.model.id)));
  const able = ({ provider, model }: Choice) => provider.validate(asked(model.id)).length === 0;
  return offered(deps, chosen, able);
}

/** Several pictures are references to go by; one alone would be drawn over. */
function images(deps: Deps, { image: wish = {} }: ModelWishes): Offer[] {
  const first = chosenBy(deps, { type: "image", ...wish });
  const ofProvider = usable(deps, "image").filter(({ provider }) => provider.id === first.provider.id);
  const knowing = ofProvider.find(({ model: { minInputs = 0, maxInputs = 0 } }) => minInputs === 0 && maxInputs > 1);
  const chosen = wish.model === undefined && knowing ? knowing : first;
  requireNone(chosen.provider.validate(plainRequest("image", chosen.model.id)));
  return offered(deps, chosen, ({ model }) => (model.minInputs ?? 0) === 0);
}

/** From a still, unless a model was named that takes none. Nobody asked for `sketch`: a still that moves shows more. */
function videos(deps: Deps, { video: wish = {} }: ModelWishes): Offer[] {
  const known = modelsOf(deps.providers).filter(({ provider, model }) => model.type === "video" && !isApart(provider));
  const meant = known.filter(
    ({ provider, model }) =>
      (wish.provider === undefined || provider.id === wish.provider) &&
      (wish.model === undefined || model.id === wish.model),
  );
  const isFromStill = meant.some(({ model }) => (model.maxInputs ?? 0) > 0);
  if (wish.provider === ASSEMBLY) return [];
  const chosen = chosenBy(deps, { type: "video", ...wish, ...(isFromStill && { inputs: [aStill] }) });
  if (chosen.provider.id === "sketch" && wish.provider === undefined && wish.model === undefined) return [];
  const asked = plainRequest("video", chosen.model.id);
  requireNone(chosen.provider.validate(isFromStill ? { ...asked, inputs: [aStill] } : asked));
  return offered(deps, chosen, ({ model: { minInputs = 0, maxInputs = 0 } }) => minInputs <= 1 && maxInputs > 0);
}

/** Music is the operator's own where there is a library of it; else who speaks makes it, else whoever can. */
function sounds(deps: Deps, { audio: wish = {} }: ModelWishes): Offer[] {
  const speech = chosenBy(deps, { type: "audio", ...wish, sound: { kind: "speech" } });
  const musical = usable(deps, "audio", "music");
  const own = deps.generation.isDryRun ? undefined : musical.find(isLibrary);
  const music = own ?? musical.find(isBy(speech.provider)) ?? musical.find((choice) => !isSketch(choice)) ?? musical[0];
  const speaking = offered(deps, speech, ({ model }) => model.sounds?.includes("speech") === true);
  const playing = music ? offered(deps, music, ({ model }) => model.sounds?.includes("music") === true) : [];
  return [...speaking, ...playing.filter((each) => !speaking.some((other) => isSame(each, other)))];
}

interface Meant {
  type: MadeKind;
  provider?: string | undefined;
  model?: string | undefined;
  sound?: Pick<Sound, "kind">;
  inputs?: readonly unknown[];
}

/** Films are not put together by whoever puts them together, nor imported: such models are no choice. */
function chosenBy(deps: Deps, meant: Meant): Choice {
  const providers = new Map([...deps.providers].filter(([id]) => id !== ASSEMBLY));
  const dry = deps.generation.isDryRun ? { provider: "sketch" } : {};
  return chooseModel({ ...deps, providers }, { ...meant, ...dry, operation: "generate" });
}

/** What could be asked here just now by anybody. */
function usable({ providers, clock }: Deps, type: MediaKind, sound?: Sound["kind"]): Choice[] {
  return modelsOf(providers).filter(
    ({ provider, model }) =>
      provider.isConfigured &&
      !isApart(provider) &&
      model.type === type &&
      !model.isForTests &&
      model.operations.includes("generate") &&
      (sound === undefined || model.sounds?.includes(sound) === true) &&
      isServed(model, clock.now()),
  );
}

/** The chosen one, then another. */
function offered(deps: Deps, chosen: Choice, able: (choice: Choice) => boolean): Offer[] {
  const other = otherThan(deps, chosen, able);
  return [chosen, ...(other ? [other] : [])].map((choice) => offerOf(deps, choice));
}

/** The operator's fallback; else the dearest of those that cost no more: a failure must not make a film dearer than its quote has to be. */
function otherThan(deps: Deps, chosen: Choice, able: (choice: Choice) => boolean): Choice | undefined {
  if (isSketch(chosen) || chosen.model.isForTests) return undefined;
  const { fallbacks, prices } = deps.generation;
  const named = fallbacks[`${chosen.provider.id}/${chosen.model.id}`];
  const fallback = named === undefined ? null : findModel(deps.providers, named);
  const priceFor = ({ provider, model }: Choice) => priceOf(prices, provider.id, model);
  const others = usable(deps, chosen.model.type).filter(
    (choice) => !isSketch(choice) && able(choice) && !isSameModel(choice, chosen),
  );
  const own = fallback && others.find((choice) => isSameModel(choice, fallback));
  const cheap = others.filter((choice) => priceFor(choice) <= priceFor(chosen));
  return own ?? [...cheap].sort((a, b) => priceFor(b) - priceFor(a))[0];
}

function offerOf({ generation }: Deps, { provider, model }: Choice): Offer {
  const price = generation.isDryRun
    ? ({ unit: "output", amount: 0 } as const)
    : priceRuleOf(generation.prices, provider.id, model);
  return { provider: provider.id, model, price, takes: takenBy(provider, model) };
}

/** What joins the parts, by its price alone: it is not told anything in words. */
function assembling({ providers, generation }: Deps, type: MadeKind): Offer[] {
  const provider = providers.get(ASSEMBLY);
  const models = provider?.models.filter((model) => model.type === type) ?? [];
  const priceFor = (model: Choice["model"]) =>
    generation.isDryRun ? ({ unit: "output", amount: 0 } as const) : priceRuleOf(generation.prices, ASSEMBLY, model);
  return models.map((model) => ({ provider: ASSEMBLY, model, price: priceFor(model) }));
}

function isApart({ id }: OfferedProvider): boolean {
  return id === "import" || id === "archive" || id === ASSEMBLY;
}

function isSketch({ provider }: Choice): boolean {
  return provider.id === "sketch";
}

function isLibrary({ provider }: Choice): boolean {
  return provider.id === "library";
}

function isBy(provider: OfferedProvider): (choice: Choice) => boolean {
  return (choice) => choice.provider.id === provider.id;
}

function isSameModel(a: Choice, b: Choice): boolean {
  return a.provider.id === b.provider.id && a.model.id === b.model.id;
}

/** Two models of one provider may have one name: of sounds, one speaks and one plays. */
function isSame(a: Offer, b: Offer): boolean {
  return a.provider === b.provider && a.model === b.model;
}

function plainRequest(type: MadeKind, model: string): ProviderRequest {
  return { type, operation: "generate", model, prompt: "-", n: 1 };
}

function requireNone(details: ErrorDetail[]): void {
  const [first] = details;
  if (first) throw new AppError("invalid_request", { message: `${first.path}: ${first.message}`, details });
}
