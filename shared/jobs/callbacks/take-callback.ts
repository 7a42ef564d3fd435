// A vendor calls: whether it is the vendor, what it is about, and that those jobs are looked at soon. What it says is never believed: the vendor is asked.
import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "../../errors/app-error.ts";
import type { CallbackNews, OfferedProvider, VendorCall } from "../../ports/provider.ts";
import type { RequestDeps } from "../deps.ts";
import { withTimeout } from "../moving/provider-calls.ts";
import { findTask } from "../moving/tasks.ts";
import { nudgeAsTold } from "../moving/tickets.ts";
import { readAttemptToken } from "./attempt-token.ts";

export interface IncomingCall extends Omit<VendorCall, "receivedAt" | "isOfAttempt"> {
  provider: string;
  token: string;
  /** The operator's own for this vendor, where there is one. */
  ownToken: string | undefined;
  signal: AbortSignal;
}

/** `refused`: the address is none of ours. `forged`: it is, and the call is not the vendor's, or too old. */
export type Taken = "taken" | "refused" | "forged";

/** Verifying may take a look at the vendor's keys; vendors wait for 3 s and longer, and call again. */
const VERIFY_TIMEOUT_MS = 5000;
/** Of one call. A vendor that bundles more has them found by the timer. */
const MOST_TASKS = 20;

/** Throws what makes the vendor call again: it could not be verified, or nothing could be written down. */
export async function takeCallback(deps: RequestDeps & { jwtSecret: string }, call: IncomingCall): Promise<Taken> {
  const provider = deps.providers.get(call.provider);
  if (!provider?.isConfigured || !provider.readCallback) return "refused";
  const attempt = readAttemptToken(deps.jwtSecret, provider.id, call.token);
  if (!attempt && !isSame(call.token, call.ownToken)) return "refused";
  const news = await verify(deps, provider, call, attempt !== null);
  if (!news) return "forged";
  const digest = createHash("sha256").update(call.body).digest("base64url").slice(0, DIGEST_LENGTH);
  for (const taskId of new Set(news.taskIds.filter(isId).slice(0, MOST_TASKS))) {
    const of = attempt ?? (await findTask(deps, provider.id, taskId));
    if (of) await nudgeAsTold(deps, of, { taskId, digest });
  }
  return "taken";
}

const DIGEST_LENGTH = 12;

/** What a task's item can be found by. */
function isId(taskId: string): boolean {
  return taskId !== "" && taskId.length <= MAX_ID_LENGTH;
}

const MAX_ID_LENGTH = 256;

async function verify(
  deps: RequestDeps,
  provider: OfferedProvider,
  { url, headers, body, signal }: IncomingCall,
  isOfAttempt: boolean,
): Promise<CallbackNews | null> {
  const call: VendorCall = { url, headers, body, isOfAttempt, receivedAt: deps.clock.now() };
  try {
    return await withTimeout(deps.clock, VERIFY_TIMEOUT_MS, signal, async (stop) => {
      return (await provider.readCallback?.(call, stop)) ?? null;
    });
  } catch (cause) {
    throw new AppError("unavailable", { cause });
  }
}

/** Takes as long for a token that is nearly right as for any other. */
function isSame(token: string, own: string | undefined): boolean {
  if (own === undefined) return false;
  const [one, other] = [token, own].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
