// user#{userId} / webhooks: the secrets that a user's webhooks are signed with.
import { AppError } from "../errors/app-error.ts";
import type { Item, ItemKey, JsonObject } from "../ports/table.ts";
import type { WebhookDeps } from "./deps.ts";

export interface Secrets {
  /** `whsec_` and 32 bytes of base64, as Standard Webhooks writes it. */
  current: string;
  /** Those before it, the latest first; each signs until its time is over. Epoch milliseconds. */
  previous: { secret: string; until: number }[];
}

/** So long a rotated secret still signs: receivers take the new one over meanwhile. */
const BOTH_FOR_MS = 24 * 60 * 60_000;
/** Each signature adds some 50 bytes to a header. */
const MAX_PREVIOUS = 4;

type Deps = Pick<WebhookDeps, "table" | "clock" | "ids">;

/** The user's secrets, made now if there are none. Of two who make them at once both get the same. */
export async function readSecrets(deps: Deps, userId: string): Promise<Secrets> {
  return secretsOf(await readItem(deps, userId), deps.clock.now());
}

/** The secret of today becomes a previous one. */
export async function rotateSecret(deps: Deps, userId: string): Promise<Secrets> {
  for (;;) {
    const item = await readItem(deps, userId);
    const now = deps.clock.now();
    const { current, previous } = secretsOf(item, now);
    const older = [{ secret: current, until: now + BOTH_FOR_MS }, ...previous].slice(0, 1 + MAX_PREVIOUS);
    const next: Secrets = { current: newSecret(deps), previous: older };
    if ((await deps.table.put({ ...keyOf(userId), data: dataOf(next) }, { version: item.version })) !== null)
      return next;
  }
}

/** Every secret that signs now, the current one first. */
export function signingSecrets({ current, previous }: Secrets): string[] {
  return [current, ...previous.map(({ secret }) => secret)];
}

/** `previous` is the one before, as long as it still signs. */
export function publicSecrets({ current, previous: [latest] }: Secrets) {
  if (!latest) return { secret: current };
  return { secret: current, previous: latest.secret, previousExpiresAt: new Date(latest.until).toISOString() };
}

async function readItem({ table, ids }: Deps, userId: string): Promise<Item> {
  for (let look = 0; look < 2; look++) {
    const found = await table.get(keyOf(userId));
    if (found) return found;
    const data = dataOf({ current: newSecret({ ids }), previous: [] });
    const version = await table.put({ ...keyOf(userId), data }, "absent");
    if (version !== null) return { ...keyOf(userId), data, version };
  }
  throw new AppError("unavailable", { retryAfterMs: 1000 });
}

function secretsOf({ data }: Item, now: number): Secrets {
  const { current, previous } = data as unknown as Secrets;
  return { current, previous: previous.filter(({ until }) => until > now) };
}

function dataOf({ current, previous }: Secrets): JsonObject {
  return { current, previous: previous.map(({ secret, until }) => ({ secret, until })) };
}

/** Two tokens of 128 bits. */
function newSecret({ ids }: Pick<Deps, "ids">): string {
  const bytes = Buffer.concat([Buffer.from(ids.token(), "base64url"), Buffer.from(ids.token(), "base64url")]);
  return `whsec_${bytes.toString("base64")}`;
}

function keyOf(userId: string): ItemKey {
  return { partition: `user#${userId}`, sort: "webhooks" };
}
