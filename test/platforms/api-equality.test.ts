// One list of requests, by every way on which the API is reached: the answers are equal.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clouds } from "../../scripts/build/plan.ts";
import { domainRoutes } from "../../shared/events/domain-routes.ts";
import { grantRole } from "../../shared/users/grant-role.ts";
import type { Answered } from "./api-call.ts";
import { type ApiCase, apiCases, type Event } from "./api-cases.ts";
import { comparable, differences, isSo } from "./api-differences.ts";
import { type Ground, served, startGround } from "./api-fronts.ts";
import { masked } from "./api-masks.ts";
import { openSession, type Session } from "./api-session.ts";
import { createWorker, type Worker } from "./api-worker.ts";

interface Asked {
  ground: Ground;
  worker: Worker;
  local: Session;
  others: Session[];
}

const seen: { front: string; local: Answered; other: Answered }[] = [];
let grounds: Asked[] = [];

beforeAll(async () => {
  grounds = await Promise.all(clouds.map(openGround));
});
afterAll(() => Promise.all(grounds.map(({ ground }) => ground.close())));

async function openGround(cloud: (typeof clouds)[number]): Promise<Asked> {
  const ground = await startGround(cloud);
  const others = ground.fronts.map(openSession);
  return { ground, worker: createWorker(ground), local: openSession(ground.local), others };
}

describe("wherever the API is asked", () => {
  test.each(apiCases.map((each, index) => ({ ...each, index })))("$title ($asks: $expects)", async (asked) => {
    await Promise.all(grounds.map((each) => askEverywhere(each, asked)));
    const done = functionsAfter(asked.index);
    await Promise.all(grounds.map(({ ground }) => ground.retire(done)));
  });
});

async function askEverywhere({ ground, worker, local, others }: Asked, asked: ApiCase): Promise<void> {
  const ask = async (session: Session) => {
    if (asked.before) await happen(asked.before, session, { ground, worker });
    return masked(await session.ask(asked));
  };
  const expected = await ask(local);
  expect(expected).toMatchObject({ status: asked.expects });
  for (const session of others) {
    const answer = await ask(session);
    if (answer.status >= 500) throw new Error(`${session.front.name}: ${ground.output(asked.at)}`);
    seen.push({ front: session.front.name, local: expected, other: answer });
    const { elsewhere } = asked;
    if (elsewhere?.front === session.front.name) expect(answer.status).toBe(elsewhere.status);
    else
      expect({ at: session.front.name, ...comparable(session.front.name, answer) }).toEqual({
        at: session.front.name,
        ...comparable(session.front.name, expected),
      });
  }
}

async function happen(event: Event, { known }: Session, { ground, worker }: Pick<Asked, "ground" | "worker">) {
  if (event === "ada becomes an administrator") await grantRole(ground.pair, "admin", known.adaEmail ?? "");
  else await worker.run(known.adaToken ?? "", known[event.run] ?? "");
}

/** The functions of paths that no later case asks for: they need no processes any more. */
function functionsAfter(index: number): string[] {
  const groups = domainRoutes(served).map(({ functions }) => functions.map(({ name }) => name));
  const own = groups.find((names) => names.includes(apiCases[index]?.at ?? "")) ?? [];
  return apiCases.slice(index + 1).some(({ at }) => own.includes(at)) ? [] : own;
}

test("every HTTP function is asked for something that it does; only what may be retried never comes to be", () => {
  const succeeded = new Set(apiCases.filter(({ expects }) => expects < 300).map(({ at }) => at));
  expect(served.map(({ name }) => name).filter((name) => !succeeded.has(name))).toEqual(["retry-job"]);
});

test("no difference is named in vain", () => {
  const isMet = (difference: (typeof differences)[number]) =>
    seen.some(({ front, local, other }) =>
      Object.keys({ ...local.headers, ...other.headers }).some(
        (name) => isSo(difference, front, name, local.status) && local.headers[name] !== other.headers[name],
      ),
    );
  expect(differences.filter((each) => !isMet(each)).map(({ header }) => header)).toEqual([]);
});
