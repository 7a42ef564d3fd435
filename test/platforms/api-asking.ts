// One case, asked of the local server and of every front beside it: the answers have to be equal.
import { expect } from "vitest";
import { grantRole } from "../../shared/users/grant-role.ts";
import type { Answered } from "./api-call.ts";
import type { ApiCase, Elsewhere, Event } from "./api-cases.ts";
import { comparable, type Difference, differences } from "./api-differences.ts";
import type { Ground } from "./api-fronts.ts";
import { masked } from "./api-masks.ts";
import { openSession, type Session } from "./api-session.ts";
import { createWorker, type Worker } from "./api-worker.ts";

export interface Asked {
  ground: Ground;
  worker: Worker;
  local: Session;
  others: Session[];
  known: KnownDifferences;
}

/** What is not equal, and why. */
export interface KnownDifferences {
  headers: readonly Difference[];
  elsewhere(asked: ApiCase): Elsewhere | undefined;
}

const ofTheClouds: KnownDifferences = { headers: differences, elsewhere: (asked) => asked.elsewhere };

/** What was answered to one case in two places. */
export interface Seen {
  front: string;
  local: Answered;
  other: Answered;
}

export function openGround(ground: Ground, known = ofTheClouds): Asked {
  const others = ground.fronts.map(openSession);
  return { ground, worker: createWorker(ground), local: openSession(ground.local), others, known };
}

/** Answers what each front has said. Throws where one says something else than the local server. */
export async function askEverywhere({ ground, worker, local, others, known }: Asked, asked: ApiCase): Promise<Seen[]> {
  const ask = async (session: Session) => {
    if (asked.before) await happen(asked.before, session, { ground, worker });
    return masked(await session.ask(asked));
  };
  const expected = await ask(local);
  expect(expected).toMatchObject({ status: asked.expects });
  const seen: Seen[] = [];
  for (const session of others) {
    const answer = await ask(session);
    if (answer.status >= 500) throw new Error(`${session.front.name}: ${ground.output(asked.at)}`);
    seen.push({ front: session.front.name, local: expected, other: answer });
    const elsewhere = known.elsewhere(asked);
    if (elsewhere?.front === session.front.name) expect(answer.status).toBe(elsewhere.status);
    else
      expect({ at: session.front.name, ...comparable(known.headers, session.front.name, answer) }).toEqual({
        at: session.front.name,
        ...comparable(known.headers, session.front.name, expected),
      });
  }
  return seen;
}

async function happen(event: Event, { known }: Session, { ground, worker }: Pick<Asked, "ground" | "worker">) {
  if (event === "ada becomes an administrator") await grantRole(ground.pair, "admin", known.adaEmail ?? "");
  else await worker.run(known.adaToken ?? "", known[event.run] ?? "");
}
