// The one way to change a production because of itself (items/update). What is changed because of a job goes by `ProductionAccounts.change`.
import { type UpdateDeps, type Updated, updateItem } from "../items/update.ts";
import { type Production, type ProductionKey, productionItemKey, productionKind } from "./production.ts";

/** Answers the production as it is now; null when there is none. */
export function updateProduction(
  deps: UpdateDeps,
  key: ProductionKey,
  change: (production: Production) => Production | null,
): Promise<Updated<Production> | null> {
  return updateItem(deps, productionKind, productionItemKey(key), change);
}
