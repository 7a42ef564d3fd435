// Which provider and model a request means: by name, else the operator's default, else the first provider with a key, else `sketch`.
import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { MadeKind, MediaKind, Model, OfferedProvider, Operation } from "../../ports/provider.ts";
import type { Sound } from "../../ports/wishes.ts";

export interface Choice {
  provider: OfferedProvider;
  model: Model;
}

export interface Wish {
  type: MadeKind;
  provider?: string | undefined;
  model?: string | undefined;
  operation: Operation;
  inputs?: readonly unknown[] | undefined;
  /** Only of sounds: which the model has to make. */
  sound?: Pick<Sound, "kind"> | undefined;
}

interface Deps {
  clock: Clock;
  providers: ReadonlyMap<string, OfferedProvider>;
  generation: { defaultProvider: Readonly<Record<MadeKind, string | null>> };
}

/** Throws 400 that says what there is: what was named is taken or refused, never replaced by something else. */
export function chooseModel(deps: Deps, wish: Wish): Choice {
  const choices = choicesOf(deps.providers, wish.type).filter(
    ({ model }) =>
      (!model.isForTests || model.id === wish.model) && (!wish.sound || model.sounds?.includes(wish.sound.kind)),
  );
  const generating = choices.filter(({ provider }) => provider.id !== "import");
  const defaultId = wish.model === undefined ? defaultProviderId(deps, wish.type, generating) : undefined;
  const providerId = wish.provider ?? defaultId;
  const ofProvider = (providerId === "import" ? choices : generating).filter(
    ({ provider }) => providerId === undefined || provider.id === providerId,
  );
  if (ofProvider.length === 0) throw noProvider(wish.type, providerId, generating);
  const chosen = namedOrAble(ofProvider, wish, deps.clock.now());
  if (!chosen) {
    throw refused("model", `There is no such model. There is: ${names(ofProvider.map(({ model }) => model.id))}.`);
  }
  requireServed(chosen, ofProvider, deps.clock.now());
  requireAble(chosen, wish, choices);
  return chosen;
}

/** Every model that a request may name, with its provider, in the order in which they are chosen. */
export function modelsOf(providers: ReadonlyMap<string, OfferedProvider>): Choice[] {
  const all = [...providers.values()].flatMap((provider) => provider.models.map((model) => ({ provider, model })));
  return all.filter(({ model }) => !model.isForProductions);
}

type Offered = ReadonlyMap<string, OfferedProvider>;

/** Of providers that this process was given once, and which offer the same as long as it lives. */
const choicesByType = new WeakMap<Offered, Map<MediaKind, readonly Choice[]>>();

function choicesOf(providers: Offered, type: MadeKind): readonly Choice[] {
  const known = choicesByType.get(providers) ?? Map.groupBy(modelsOf(providers), ({ model }) => model.type);
  choicesByType.set(providers, known);
  return known.get(type) ?? [];
}

/** A model is served until the end of its last day, in UTC. */
export function isServed({ endOfLife }: Model, now: number): boolean {
  return endOfLife === undefined || new Date(now).toISOString().slice(0, 10) <= endOfLife.slice(0, 10);
}

/** The model of that name; without a name the first one that can do what is wished, or else the first. */
function namedOrAble(choices: Choice[], wish: Wish, now: number): Choice | undefined {
  if (wish.model !== undefined) return choices.find(({ model }) => model.id === wish.model);
  const served = choices.filter(({ model }) => isServed(model, now));
  return served.find(({ model }) => isAble(model, wish)) ?? served[0] ?? choices[0];
}

function isAble({ operations, minInputs = 0, maxInputs = 0 }: Model, { operation, inputs = [] }: Wish): boolean {
  return operations.includes(operation) && inputs.length >= minInputs && inputs.length <= maxInputs;
}

export interface Unavailable {
  reason: "no_key" | "retired";
  message: string;
}

/** Why nobody can have it just now; null when anybody can. */
export function unavailability({ provider, model }: Choice, now: number): Unavailable | null {
  if (!provider.isConfigured) return { reason: "no_key", message: `${provider.id} has no key here.` };
  if (isServed(model, now)) return null;
  const instead = model.replacedBy ? ` Use ${model.replacedBy} instead.` : "";
  return { reason: "retired", message: `${model.id} was served until ${model.endOfLife}.${instead}` };
}

function requireServed(choice: Choice, others: Choice[], now: number): void {
  const unavailable = unavailability(choice, now);
  if (unavailable === null) return;
  const { model } = choice;
  if (unavailable.reason === "no_key") throw refused("provider", `${unavailable.message} Choose another one.`);
  if (model.replacedBy) throw refused("model", unavailable.message);
  const served = names(others.filter((other) => isServed(other.model, now)).map((other) => other.model.id));
  throw refused("model", `${unavailable.message} There is: ${served || "no other one"}.`);
}

function requireAble({ model }: Choice, { operation, inputs = [] }: Wish, choices: Choice[]): void {
  const { id, operations, minInputs = 0, maxInputs = 0 } = model;
  if (!operations.includes(operation)) {
    const able = choices.filter((other) => other.provider.isConfigured && other.model.operations.includes(operation));
    const others = names(able.map((other) => other.model.id));
    const instead = others === "" ? "" : ` ${operation} is offered by: ${others}.`;
    throw refused("operation", `${id} does not offer this. It offers: ${operations.join(", ")}.${instead}`);
  }
  if (inputs.length < minInputs) {
    const few = minInputs === 1 ? "a picture: name at least one" : `pictures: name at least ${minInputs}`;
    throw refused("inputs", `${id} works on ${few}.`);
  }
  if (inputs.length <= maxInputs) return;
  throw refused("inputs", maxInputs === 0 ? `${id} takes no pictures.` : `${id} takes at most ${maxInputs}.`);
}

function defaultProviderId({ generation }: Deps, type: MadeKind, choices: Choice[]): string {
  const withKey = choices.find(({ provider }) => provider.isConfigured && provider.id !== "sketch");
  return generation.defaultProvider[type] ?? withKey?.provider.id ?? "sketch";
}

function noProvider(type: MadeKind, wantedId: string | undefined, choices: Choice[]): AppError {
  if (choices.length === 0) {
    const url = { image: "imageUrl", video: "videoUrl", text: null, audio: null }[type];
    const instead = url === null ? "" : ` Hand over a finished one with ${url}.`;
    return refused("provider", `No provider here makes ${type}s.${instead}`);
  }
  const ids = names(choices.map(({ provider }) => provider.id));
  return refused(
    "provider",
    `There is no provider ${wantedId === undefined ? "" : `"${wantedId}" `}for ${type}s. There is: ${ids}.`,
  );
}

function names(ids: string[]): string {
  return [...new Set(ids)].join(", ");
}

function refused(path: string, message: string): AppError {
  return new AppError("invalid_request", { message: `${path}: ${message}`, details: [{ path, message }] });
}
