// What several users ask of a product that dies again and again, and what they were told.

import type { User } from "../api/user.ts";
import type { Answer } from "../http/api.ts";
import { dataUrlOf } from "./generation.ts";
import { words } from "./vendor.ts";
import { vendorIds } from "./vendor-provider.ts";

const REPEAT_AFTER_MS = 500;

/** A request with a key of its own, and the job that it was answered with. */
export interface Ask {
  user: User;
  key: string;
  json: object;
  /** Null until it was answered. */
  id: string | null;
}

export interface Load {
  asks: Ask[];
  /** Answers that nobody should ever get, a sentence each. */
  defects: string[];
  /** One more request of any kind. Resolves with its answer, or with its end. */
  step(): Promise<void>;
  /** Every key once more, and those without an answer again, as a client would. */
  repeatAll(): Promise<void>;
}

/** `random`: 0 ≤ x < 1. */
export function createLoad(users: readonly User[], vendorUrl: string, random: () => number): Load {
  const asks: Ask[] = [];
  const defects: string[] = [];
  const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const bodies = bodiesOf(vendorUrl);

  async function send(ask: Ask): Promise<void> {
    const { user, key, json } = ask;
    const answer = await call(user, "POST", "/ai/generate-image", { json, headers: { "idempotency-key": key } });
    if (!answer || answer.status === 503) return;
    const id: string | undefined = answer.body.data?.id;
    if (answer.status !== 200 && answer.status !== 202) defects.push(`${key}: ${describe(answer)}`);
    else if (ask.id !== null && ask.id !== id) defects.push(`${key} has the jobs ${ask.id} and ${id}`);
    else ask.id = id ?? null;
  }

  async function call(...[user, ...request]: [User, ...Parameters<User["call"]>]): Promise<Answer | null> {
    // The process died meanwhile: there is no answer.
    const answer = await user.call(...request).catch(() => null);
    const isAllowed = !answer || answer.status < 500 || (answer.status === 503 && answer.headers.has("retry-after"));
    if (!isAllowed) defects.push(`${request[0]} ${request[1]}: ${describe(answer)}`);
    return answer;
  }

  function askAnew(): Promise<void> {
    const [user, json] = [oneOf(users), oneOf(bodies)];
    if (!user || !json) throw new Error("there is nobody or nothing to ask");
    const ask = { user, json, key: `key ${asks.length + 1}`, id: null };
    asks.push(ask);
    return send(ask);
  }

  /** To an acknowledged job. */
  async function act(method: string, path: string, allowed: readonly number[]): Promise<void> {
    const ask = oneOf(asks.filter(({ id }) => id !== null));
    const answer = ask && (await call(ask.user, method, `/jobs/${ask.id}${path}`));
    if (answer && ![...allowed, 503].includes(answer.status)) defects.push(`${path} of ${ask.id}: ${describe(answer)}`);
  }

  return {
    asks,
    defects,
    step() {
      const chance = random();
      const known = oneOf(asks);
      if (!known || chance < 0.5) return askAnew();
      if (chance < 0.65) return send(known);
      if (chance < 0.8) return act("POST", "/retry", [202, 409]);
      if (chance < 0.9) return act("POST", "/cancel", [200, 409]);
      return act("GET", "", [200]);
    },
    async repeatAll() {
      await Promise.all(asks.map(send));
      for (let times = 1; times <= 20 && asks.some(({ id }) => id === null); times++) {
        await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
        await Promise.all(asks.filter(({ id }) => id === null).map(send));
      }
    },
  };
}

function bodiesOf(vendorUrl: string): object[] {
  const { restart, byReference, lookUp } = vendorIds;
  return [
    { prompt: "a sketch", provider: "sketch", size: "64x64" },
    { prompt: "two sketches", provider: "sketch", size: "64x64", n: 2 },
    { imageUrl: dataUrlOf("sent along") },
    { imageUrl: `${vendorUrl}/files/slow-lake.png` },
    { imageUrl: `${vendorUrl}/files/fast-lake.png` },
    { prompt: "two lakes", provider: restart, n: 2 },
    { prompt: "a lake", provider: byReference },
    { prompt: "a lake", provider: lookUp },
    { prompt: words.slow, provider: lookUp },
    { prompt: words.refusedOnce, provider: byReference },
    { prompt: words.waits, provider: lookUp },
    { prompt: words.lacksOnce, provider: byReference, n: 2 },
  ];
}

function describe({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body)}`;
}
