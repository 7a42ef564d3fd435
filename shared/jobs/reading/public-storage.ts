// What a user's files take, as the API shows it.
import { readAccount } from "../../credits/account.ts";
import { maxBytesOf, usedBytesOf } from "../../credits/storage.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CoreDeps } from "../deps.ts";
import { countStorage } from "../money/count-storage.ts";

/** Throws `not_found` without an account. */
export async function publicStorage(
  deps: Pick<CoreDeps, "table" | "changeAccount" | "settings">,
  userId: string,
): Promise<{ usedBytes: number; maxBytes: number }> {
  for (;;) {
    const stored = await readAccount(deps.table, userId);
    if (!stored) throw new AppError("not_found");
    const { account } = stored;
    if (account.usedBytes !== undefined) {
      return { usedBytes: usedBytesOf(account), maxBytes: maxBytesOf(account, deps.settings.maxStoredBytes) };
    }
    await countStorage(deps, userId);
  }
}
