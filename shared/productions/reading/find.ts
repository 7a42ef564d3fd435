// Reading productions as their user may see them. One that was never paid for does not exist.
import { type Account, findHold, readAccount } from "../../credits/account.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CoreDeps } from "../../jobs/deps.ts";
import { findProject } from "../../projects/stored.ts";
import { type Production, type ProductionKey, productionOf, productionPrefix, readProduction } from "../production.ts";
import { runningProduction } from "../starting/lock.ts";

/** `not_found` when there is none, it belongs to somebody else, nobody paid for it, or it was deleted. */
export async function findProduction(deps: Pick<CoreDeps, "table">, key: ProductionKey): Promise<Production> {
  for (let look = 0; look < 2; look++) {
    const production = (await readProduction(deps.table, key))?.production;
    if (!production || production.purged) break;
    if (production.paidRound > 0) return production;
    const account = (await readAccount(deps.table, key.userId))?.account;
    if (account && findHold(account, production.id, production.round)) return production;
    // The hold may have gone between the two reads because the production ended: then it now says that it was paid for.
  }
  throw new AppError("not_found");
}

/** The one that has the project, or had it last. `not_found` also for a project that is not there. */
export async function findNewestProduction(
  deps: Pick<CoreDeps, "table">,
  { userId, projectId }: { userId: string; projectId: string },
): Promise<Production> {
  const { project } = await findProject(deps.table, { userId, projectId });
  const running = await runningProduction(deps, { userId, running: project.running });
  if (running !== null) return findProduction(deps, { userId, productionId: running });
  const [newest] = (await listProductions(deps, userId, { limit: 1, projectId })).productions;
  if (!newest) throw new AppError("not_found");
  return newest;
}

export interface ProductionPage {
  productions: Production[];
  /** Behind which id the next page goes on; null at the end. */
  next: string | null;
}

/** So many items are looked at for one page: those of unpaid rounds are few. */
const PAGE = 50;

/** Newest first. */
export async function listProductions(
  deps: Pick<CoreDeps, "table">,
  userId: string,
  { limit, after, projectId }: { limit: number; after?: string | undefined; projectId?: string | undefined },
): Promise<ProductionPage> {
  const account = (await readAccount(deps.table, userId))?.account;
  if (!account) throw new AppError("not_found");
  const productions: Production[] = [];
  for (let last = after, isLast = false; !isLast && productions.length <= limit; ) {
    const page = await deps.table.query({
      partition: `user#${userId}`,
      prefix: productionPrefix,
      order: "descending",
      limit: PAGE,
      after: last && `${productionPrefix}${last}`,
    });
    const found = page.items.map((item) => productionOf(item).production);
    productions.push(...found.filter((one) => isShown(one, account) && (projectId ?? one.projectId) === one.projectId));
    last = page.items.at(-1)?.sort.slice(productionPrefix.length) ?? last;
    isLast = page.isLast;
  }
  const shown = productions.slice(0, limit);
  return { productions: shown, next: productions.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

export function isShown(production: Production, account: Account): boolean {
  if (production.purged) return false;
  return production.paidRound > 0 || findHold(account, production.id, production.round) !== undefined;
}
