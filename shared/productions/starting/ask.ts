// From a caller's request to a production: of a project that is there, or of one that is made with it.
import { readAccount } from "../../credits/account.ts";
import { AppError } from "../../errors/app-error.ts";
import type { IdempotencyKey } from "../../jobs/asking/idempotency.ts";
import { requireWebhookUrl } from "../../jobs/asking/submit-generation.ts";
import type { JsonObject, JsonValue, NewItem } from "../../ports/table.ts";
import { newProject, requireFewProjects } from "../../projects/create-project.ts";
import type { ProjectDeps } from "../../projects/deps.ts";
import type { FilmEdit } from "../../projects/edited-film.ts";
import { requireModels } from "../../projects/models.ts";
import { type ProjectRef, projectKey } from "../../projects/project.ts";
import { type NewSettings, newSettings } from "../../projects/settings.ts";
import { findProject } from "../../projects/stored.ts";
import { isThere, stateOf } from "../graph.ts";
import { readPlan } from "../plans.ts";
import type { Production } from "../production.ts";
import { listProductions } from "../reading/find.ts";
import { type FilmDeps, planFilm, planProject } from "./film.ts";
import { type ProjectQuote, quoteProject } from "./quote.ts";
import { findStartedProduction, startProduction } from "./start.ts";

export interface ProductionWish {
  /** What the screenplay is to be about, where there is none. */
  prompt?: string | undefined;
  /** The most credits that it may cost. Absent: what it costs at most. */
  budget?: number | undefined;
  webhookUrl?: string | undefined;
}

/** What a production would make and cost now, or after an edit that is still to be made, and what its user has. */
export async function askForQuote(
  deps: FilmDeps & Parameters<typeof requireModels>[0],
  ref: ProjectRef,
  { prompt, edit }: Pick<ProductionWish, "prompt"> & { edit?: FilmEdit | undefined },
): Promise<ProjectQuote & { stale: string[]; balance: number }> {
  const { project } = await findProject(deps.table, ref);
  requireModels(deps, edit?.settings?.models);
  const file = await planProject(deps, { project, prompt, edit });
  const quote = await quoteProject(deps, ref, file);
  const account = (await readAccount(deps.table, ref.userId))?.account;
  if (!account) throw new AppError("unauthenticated");
  return { ...quote, stale: await staleOf(deps, ref, quote.parts), balance: account.balance };
}

/** What the newest production has, and would be made anew. */
async function staleOf(deps: FilmDeps, { userId, projectId }: ProjectRef, parts: readonly string[]): Promise<string[]> {
  const [newest] = (await listProductions(deps, userId, { limit: 1, projectId })).productions;
  if (!newest || parts.length === 0) return [];
  const { plan } = await readPlan(deps, newest.planKey);
  const made = new Set(plan.nodes.flatMap(({ id }, node) => (isThere(stateOf(newest.states, node)) ? [id] : [])));
  return parts.filter((id) => made.has(id));
}

type Started = Promise<{ production: Production; isNew: boolean }>;

export async function askForProduction(
  deps: FilmDeps,
  ref: ProjectRef,
  wish: ProductionWish,
  key: string | null,
): Started {
  const { project } = await findProject(deps.table, ref);
  const idempotency = idempotencyOf(key, "create-production", { ...wish, projectId: ref.projectId });
  const started = idempotency && (await findStartedProduction(deps, ref.userId, idempotency));
  if (started) return { production: started, isNew: false };
  requireWebhookUrl(deps, wish.webhookUrl);
  const file = await planProject(deps, { project, prompt: wish.prompt });
  const { webhookUrl } = wish;
  const quote = await quoteProject(deps, ref, file);
  const { budget = quote.price } = wish;
  const { title } = project.settings;
  return startProduction(deps, { ...ref, title, file, budget, unmade: quote.nodes, webhookUrl }, idempotency);
}

/** The production's record names the project's id before there is one: whoever dies in between, a repeat goes on with both. */
export async function askForDrama(
  deps: FilmDeps & Parameters<typeof requireModels>[0] & Pick<ProjectDeps, "projectLimits">,
  userId: string,
  { prompt, budget, webhookUrl, ...settings }: NewSettings & ProductionWish,
  key: string | null,
): Started {
  const idempotency = idempotencyOf(key, "generate-drama", { prompt, budget, webhookUrl, ...settings });
  const started = idempotency && (await findStartedProduction(deps, userId, idempotency));
  if (started) return { production: started, isNew: false };
  requireWebhookUrl(deps, webhookUrl);
  requireModels(deps, settings.models);
  const projectId = deps.ids.uuid();
  const file = planFilm(deps, newSettings(settings, projectId), undefined, prompt);
  const now = deps.clock.now();
  const project = (id: string): NewItem => ({
    ...projectKey({ userId, projectId: id }),
    data: newProject({ userId, projectId: id }, settings, now) as unknown as JsonObject,
  });
  const { title } = settings;
  const ofProject = { projectId, project, requireFewProjects: () => requireFewProjects(deps, userId) };
  return startProduction(deps, { userId, title, file, budget, webhookUrl, ...ofProject }, idempotency);
}

function idempotencyOf(key: string | null, route: string, body: object): IdempotencyKey | null {
  return key === null ? null : { key, route, body: JSON.parse(JSON.stringify(body)) as JsonValue };
}
