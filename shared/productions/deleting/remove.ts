// What goes with a project that is being deleted: its productions with their nodes, the jobs of those and their files, and what it had of each
// basis. The production stays, blanked: the ledger counts on its rounds. Every step can be repeated.
import { giveBack } from "../../credits/give-back.ts";
import { withUsedBytes } from "../../credits/storage.ts";
import type { JobDeps } from "../../jobs/deps.ts";
import { type Job, jobItemKey, readJob } from "../../jobs/job.ts";
import { isSettled } from "../../jobs/states.ts";
import { jobPrefixes, planPrefix } from "../../media/keys.ts";
import type { Item } from "../../ports/table.ts";
import type { ProjectRef } from "../../projects/project.ts";
import { stopProduction } from "../ending/stop.ts";
import { basesPrefix, type Node, nodeItem, nodeJobId, nodesPrefix } from "../node.ts";
import {
  keyOf,
  type Production,
  type ProductionKey,
  productionItemKey,
  productionOf,
  productionPrefix,
  readProduction,
} from "../production.ts";
import { updateProduction } from "../update.ts";
import { blanked } from "./sweep.ts";

const PAGE = 100;
/** Nodes whose jobs are removed at the same time. */
const AT_ONCE = 8;

/**
 * False: something still goes on, and it is to be done again. `isLast`: nothing can come any more, so that the nodes go too, by which files
 * that came late are found.
 */
export async function removeProductions(deps: JobDeps, ref: ProjectRef, isLast: boolean): Promise<boolean> {
  let isDone = true;
  for await (const item of itemsOf(deps, ref.userId, productionPrefix)) {
    const { production } = productionOf(item);
    if (production.projectId !== ref.projectId) continue;
    if (!(await removeProduction(deps, production, isLast))) isDone = false;
  }
  if (!isDone) return false;
  for await (const item of itemsOf(deps, ref.userId, basesPrefix(ref.projectId)))
    await deps.table.delete(item, { version: item.version });
  return true;
}

async function removeProduction(deps: JobDeps, production: Production, isLast: boolean): Promise<boolean> {
  const key = keyOf(production);
  if (production.state !== "settled") {
    await stopProduction(deps, key, "project_deleted");
    return false;
  }
  if (production.dueAt !== null) return false;
  // From then on nobody counts on its jobs.
  if (!production.purged) {
    const written = await updateProduction(deps, key, (current) =>
      current.state === "settled" && current.dueAt === null ? blanked(current) : null,
    );
    if (!written?.value.purged) return false;
  }
  await giveProductionBack(deps, key);
  if (!(await removeNodes(deps, key, isLast))) return false;
  if (!(await removeUnadmitted(deps, production))) return false;
  await removeObjects(deps, planPrefix(key.userId, key.productionId));
  return true;
}

/** What its files took goes back to its user. */
function giveProductionBack(deps: JobDeps, key: ProductionKey): Promise<void> {
  return giveBack<Production>(deps, key.userId, {
    sort: productionItemKey(key).sort,
    async read() {
      const production = (await readProduction(deps.table, key))?.production;
      return production?.purged && !production.isGivenBack ? production : null;
    },
    take: (account, { rounds }) => withUsedBytes(account, -rounds.reduce((sum, { bytes }) => sum + bytes, 0)),
    async markDone() {
      await updateProduction(deps, key, (production) =>
        production.purged && !production.isGivenBack ? { ...production, isGivenBack: true } : null,
      );
    },
  });
}

async function removeNodes(deps: JobDeps, key: ProductionKey, isLast: boolean): Promise<boolean> {
  let isDone = true;
  let some: Item[] = [];
  const removeSome = async () => {
    const removed = await Promise.all(some.map((item) => removeNode(deps, item, isLast)));
    if (removed.includes(false)) isDone = false;
    some = [];
  };
  for await (const item of itemsOf(deps, key.userId, nodesPrefix(key.productionId))) {
    some.push(item);
    if (some.length === AT_ONCE) await removeSome();
  }
  await removeSome();
  return isDone;
}

/** The first job of a node is there before the node says anything: one that was never admitted may be of a node that is not written. */
async function removeUnadmitted(deps: JobDeps, { userId, id, quote, progress }: Production): Promise<boolean> {
  const count = Math.max(quote.nodes, progress.nodes);
  for (let first = 0; first < count; first += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    const removed = await Promise.all(
      indexes.map(async (index) => {
        const jobId = nodeJobId(id, index, 1);
        return (await readJob(deps.table, { userId, jobId })) === null || removeJob(deps, { userId, jobId });
      }),
    );
    if (removed.includes(false)) return false;
  }
  return true;
}

/** Its jobs first, of which only it knows; also the next one, which may have been made and never admitted. */
async function removeNode(deps: JobDeps, item: Item, isLast: boolean): Promise<boolean> {
  const node = item.data as unknown as Node;
  for (let make = 1; make <= node.make; make++) {
    const jobId = nodeJobId(node.productionId, node.index, make);
    if (!(await removeJob(deps, { userId: node.userId, jobId }))) return false;
  }
  if (isLast) await deps.table.delete(item, { version: item.version });
  else if (node.output || node.makes.length > 0) {
    await deps.table.put(nodeItem({ ...node, makes: [], output: null }), { version: item.version });
  }
  return true;
}

async function removeJob(deps: JobDeps, key: { userId: string; jobId: string }): Promise<boolean> {
  const stored = await readJob(deps.table, key);
  if (stored && !isLeftAlone(stored.job, deps.clock.now())) return false;
  for (const prefix of jobPrefixes(key.userId, key.jobId)) await removeObjects(deps, prefix);
  if (!stored) return true;
  for await (const item of itemsOf(deps, key.userId, `output#${key.jobId}#`))
    await deps.table.delete(item, { version: item.version });
  return deps.table.delete(jobItemKey(key), { version: stored.version });
}

/** Settled and cleaned; nobody has it in hand. */
function isLeftAlone(job: Job, now: number): boolean {
  const isClosed = job.phase === "closed" || (isSettled(job) && job.isCleaned);
  return isClosed && (job.lease === null || job.lease.until <= now);
}

async function removeObjects({ store }: Pick<JobDeps, "store">, prefix: string): Promise<void> {
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await store.list({ prefix, limit: PAGE, after });
    await Promise.all(page.objects.map(({ key }) => store.delete(key)));
    after = page.objects.at(-1)?.key;
    isLast = page.isLast;
  }
}

async function* itemsOf({ table }: Pick<JobDeps, "table">, userId: string, prefix: string): AsyncGenerator<Item> {
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ partition: `user#${userId}`, prefix, order: "ascending", limit: PAGE, after });
    yield* page.items;
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
}
