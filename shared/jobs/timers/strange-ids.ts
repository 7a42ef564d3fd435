// Items whose ids were not made here, such as rows that somebody brought along: keys of files, events and requests that name one are refused as
// malformed, so nothing but the timer ever finds it.
import type { DueKind } from "../../ports/due.ts";
import { isJobId, isUuidV7 } from "../../ports/ids.ts";
import type { ItemKey } from "../../ports/table.ts";
import { jobIdOf, nodeJobPrefix } from "../job.ts";

/** What stands before the id in the sort key of an item that has one of its own. */
const ownIds: Partial<Record<string, string>> = {
  job: "job#",
  upload: "upload#",
  production: "production#",
  delivery: "delivery#",
  project: "project#",
  order: "order#",
} satisfies Partial<Record<DueKind, string>>;
const ofNobody: ReadonlySet<string> = new Set<DueKind>(["code", "expiring", "mail"]);

/** Whether a due item of that kind has an id that is no UUIDv7, its own or its user's. */
export function hasStrangeId(kind: string, { partition, sort }: ItemKey): boolean {
  if (ofNobody.has(kind)) return false;
  if (isStrangeUser(partition)) return true;
  if (kind === "job" && sort.startsWith(nodeJobPrefix)) return !isJobId(jobIdOf(sort));
  const start = ownIds[kind];
  return start !== undefined && !(sort.startsWith(start) && isUuidV7(sort.slice(start.length).split("#")[0] ?? ""));
}

/** `partition`: of a user's items. */
export function isStrangeUser(partition: string): boolean {
  return !(partition.startsWith("user#") && isUuidV7(partition.slice("user#".length)));
}
