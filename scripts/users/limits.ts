// What somebody may use, and the operator's exception to it.
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { setMaxBytes, sizeText } from "../../shared/credits/storage.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import type { Table } from "../../shared/ports/table.ts";
import { realClock, realIds } from "../../shared/runtime/real.ts";
import { somebody } from "../everybody.ts";
import { UsageError } from "../subcommands.ts";

/** `maxBytes` of null: the setting counts again. */
export async function setQuota(table: Table, who: string | undefined, maxBytes: number | null) {
  const { userId, email } = await somebody(table, who);
  const ports = { table, clock: realClock, ids: realIds };
  const changeAccount = createAccountChanges(ports);
  await countStorage({ table, changeAccount }, userId);
  const usedBytes = await setMaxBytes({ changeAccount }, userId, maxBytes);
  const limit = maxBytes === null ? "what MAX_STORED_BYTES says" : sizeText(maxBytes);
  const line = `${email} (${userId}) may store ${limit}, and has stored ${sizeText(usedBytes)}.`;
  return { line, data: { userId, email, maxBytes, usedBytes } };
}

/** Null for `default`. Fractions are allowed: 1.5GiB. */
export function readSize(text = ""): number | null {
  if (text === "default") return null;
  const [, number = "", unit = ""] = /^(\d{1,16}(?:\.\d{1,3})?) ?([KMGT]iB)?$/.exec(text) ?? [];
  const bytes = Math.round(Number(number) * 1024 ** ["", "KiB", "MiB", "GiB", "TiB"].indexOf(unit));
  if (number !== "" && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError("A size is needed, such as 50GiB, 500MiB or 1048576 (bytes); or default.");
}
