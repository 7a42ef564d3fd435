// Redeeming a code: one code, one user, once; each step can be repeated by the user or by the timer.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { dueShard } from "../ports/due.ts";
import type { Ids } from "../ports/ids.ts";
import type { Item, ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";
import { withLine } from "./account.ts";
import type { ChangeAccount } from "./changes.ts";

export interface Code {
  /** What the code hashes to (`SpelledCode.id`); the code itself is kept nowhere. */
  code: string;
  credits: number;
  /** Epoch milliseconds; null for never. */
  expiresAt: number | null;
  claimedBy: string | null;
  /** True when the claimant has the credits. Final. */
  isDone: boolean;
  /** Of what an operator gives (`grants`): it was made with its claimant, nobody can type it, and the ledger says why. Absent: a code. */
  reason?: string;
}

interface Deps {
  table: Table;
  clock: Clock;
  ids: Ids;
  changeAccount: ChangeAccount;
}

/** A claim that was not finished is looked at by the timer after this long. */
const CLAIM_REVIEW_MS = 30_000;

export function codeKey(code: string): ItemKey {
  return { partition: `code#${code}`, sort: "code" };
}

/**
 * Gives the code's credits to the user. Repeating it is safe. `not_found` for no such code, `conflict` for one that is taken or expired,
 * `unauthenticated` when the account is closed: the code is then as good as before.
 */
export async function redeemCode(deps: Deps, userId: string, code: string): Promise<{ credits: number }> {
  const claimed = await claimCode(deps, userId, code);
  if (!claimed.isDone && (await finishCode(deps, claimed)) === "closed") throw new AppError("unauthenticated");
  return { credits: claimed.credits };
}

/**
 * - `granted`: the claimant has the credits.
 * - `closed`: the claimant was deleted before, and never gets them.
 * - `lost`: the code is not the claimant's any more.
 */
type Grant = "granted" | "closed" | "lost";

/** The steps after the claim; also what the timer does for a claimed code that is due, and for an account with a marker. */
export async function finishCode(deps: Deps, code: Code): Promise<Grant> {
  const { claimedBy } = code;
  if (claimedBy === null) return "lost";
  const outcome = await grant(deps, claimedBy, code.code);
  if (outcome === "closed") await giveBack(deps, claimedBy, code.code);
  if (outcome !== "granted") return outcome;
  await markDone(deps, code.code);
  await removeMarker(deps, claimedBy, code.code);
  return outcome;
}

export async function readCode(table: Table, code: string): Promise<Code | null> {
  const item = await table.get(codeKey(code));
  return item && codeOf(item);
}

async function claimCode(deps: Deps, userId: string, code: string): Promise<Code> {
  for (;;) {
    const item = await deps.table.get(codeKey(code));
    if (!item) throw new AppError("not_found", { message: "There is no such code. Check it for typing errors." });
    const found = codeOf(item);
    if (found.claimedBy === userId) return found;
    if (found.claimedBy !== null) throw unusable("was redeemed already");
    if (found.expiresAt !== null && found.expiresAt <= deps.clock.now()) throw unusable("has expired");
    const claimed: Code = { ...found, claimedBy: userId };
    const written = await deps.table.put(codeItem(claimed, deps.clock.now()), { version: item.version });
    if (written !== null) return claimed;
  }
}

/** The code is read after the account: a code that is done by then was granted in an account that this write would lose to. */
async function grant(deps: Deps, userId: string, code: string): Promise<Grant> {
  return deps.changeAccount<Code | null, Grant>(userId, {
    read: () => readCode(deps.table, code),
    apply(account, found) {
      if (found?.claimedBy !== userId) return { account, result: "lost" };
      if (found.isDone || account.markers.includes(code)) return { account, result: "granted" };
      if (account.deletion) return { account, result: "closed" };
      const granted = withLine(account, {
        id: deps.ids.uuid(),
        ...(found.reason === undefined
          ? { type: "redeem", description: "Code redeemed" }
          : { type: "grant", description: found.reason }),
        amount: found.credits,
        createdAt: deps.clock.now(),
      });
      return { account: { ...granted, markers: [...granted.markers, code] }, result: "granted" };
    },
  });
}

/** The claimant's account was closed without the credits, and nobody can put them there any more: whoever has the code may redeem it. */
async function giveBack(deps: Deps, userId: string, code: string): Promise<void> {
  for (;;) {
    const item = await deps.table.get(codeKey(code));
    if (!item || codeOf(item).claimedBy !== userId || codeOf(item).isDone) return;
    const free: Code = { ...codeOf(item), claimedBy: null };
    if ((await deps.table.put(codeItem(free, deps.clock.now()), { version: item.version })) !== null) return;
  }
}

async function markDone(deps: Deps, code: string): Promise<void> {
  for (;;) {
    const item = await deps.table.get(codeKey(code));
    if (!item || codeOf(item).isDone) return;
    const done: Code = { ...codeOf(item), isDone: true };
    if ((await deps.table.put(codeItem(done, deps.clock.now()), { version: item.version })) !== null) return;
  }
}

async function removeMarker(deps: Deps, userId: string, code: string): Promise<void> {
  await deps.changeAccount(userId, {
    read: () => readCode(deps.table, code),
    apply(account, found) {
      if (!found?.isDone || !account.markers.includes(code)) return { account, result: undefined };
      return { account: { ...account, markers: account.markers.filter((other) => other !== code) }, result: undefined };
    },
  });
}

/** The type is the same; a program tells them apart by the detail. */
function unusable(why: string): AppError {
  return new AppError("conflict", { message: `This code ${why}.`, details: [{ path: "code", message: why }] });
}

export function codeItem(code: Code, now: number): NewItem {
  const isOpenClaim = code.claimedBy !== null && !code.isDone;
  return {
    ...codeKey(code.code),
    data: code as unknown as JsonObject,
    due: isOpenClaim ? { kind: "code", shard: dueShard(code.code), at: now + CLAIM_REVIEW_MS } : undefined,
  };
}

export function codeOf(item: Item): Code {
  return item.data as unknown as Code;
}
