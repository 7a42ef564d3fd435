// Whom a project wants to ask: who is named has to be there. What each can do is seen when it is asked.
import { AppError } from "../errors/app-error.ts";
import { isServed, modelsOf } from "../jobs/asking/choose-model.ts";
import type { MadeKind } from "../ports/provider.ts";
import type { ProjectDeps } from "./deps.ts";
import type { ModelWish, ProjectSettings } from "./project.ts";
import { refused } from "./settings.ts";

type Deps = Pick<ProjectDeps, "clock" | "providers">;

/** Throws 400 that says what there is. */
export function requireModels(deps: Deps, models: ProjectSettings["models"] = {}): void {
  for (const [type, wish] of Object.entries(models) as [MadeKind, ModelWish | undefined][]) {
    if (wish) requireModel(deps, type, wish);
  }
}

function requireModel(deps: Deps, type: MadeKind, { provider: named, model: wanted }: ModelWish): void {
  const place = `models.${type}`;
  const now = deps.clock.now();
  const generating = modelsOf(deps.providers).filter(
    ({ provider, model }) =>
      provider.id !== "import" && model.type === type && (!model.isForTests || model.id === wanted),
  );
  const ofProvider = generating.filter(({ provider }) => named === undefined || provider.id === named);
  const ids = (all: typeof generating) => [...new Set(all.map(({ provider }) => provider.id))].join(", ");
  if (ofProvider.length === 0) {
    throw refused(`${place}.provider`, `is nobody who makes ${type}s here; there is: ${ids(generating)}`);
  }
  const configured = ofProvider.filter(({ provider }) => provider.isConfigured);
  if (configured.length === 0) throw refused(`${place}.provider`, `has no key here; choose another one than ${named}`);
  if (wanted === undefined) return;
  const served = configured.filter(({ model }) => isServed(model, now));
  if (served.some(({ model }) => model.id === wanted)) return;
  const there = [...new Set(served.map(({ model }) => model.id))].join(", ");
  throw refused(`${place}.model`, `is no model for ${type}s here; there is: ${there}`);
}

/** The same refusal, of what stands deeper in the request. */
export function below(place: string, error: AppError): AppError {
  if (error.type !== "invalid_request") return error;
  const details = error.details.map(({ path, message }) => ({ path: `${place}.${path}`, message }));
  return new AppError("invalid_request", { message: `${place}.${error.message}`, details });
}
