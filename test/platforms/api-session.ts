// One front being asked the cases one after another: its own users, and what its answers have given.
import { randomUUID } from "node:crypto";
import { signToken } from "../../shared/users/sign-token.ts";
import { until } from "../api/user.ts";
import { type Answered, call, type Sent } from "./api-call.ts";
import type { ApiCase } from "./api-cases.ts";
import { type Front, jwtSecret } from "./api-fronts.ts";

export interface Session {
  front: Front;
  known: Record<string, string>;
  ask(asked: ApiCase): Promise<Answered>;
}

export function openSession(front: Front): Session {
  const known: Record<string, string> = {
    adaEmail: `ada-${randomUUID()}@example.com`,
    bobEmail: `bob-${randomUUID()}@example.com`,
    expiredToken: expiredToken(randomUUID()),
  };
  return {
    ...{ front, known },
    async ask(asked) {
      // A table that is slow on a busy machine answers 503 in time, and clients ask again.
      const ask = () => call(front.urlOf(asked.at), requestOf(asked, known));
      const answer = await until(ask, ({ status }) => status !== 503);
      if (answer.status < 300)
        for (const [name, place] of Object.entries(asked.keeps ?? {})) known[name] = valueAt(place, answer, known);
      return answer;
    },
  };
}

function requestOf(asked: ApiCase, known: Record<string, string>): Sent {
  const [method = "", path = ""] = filled(asked.asks, known).split(" ");
  const bearer = asked.as ? ["Authorization", `Bearer {{${asked.as}Token}}`] : [];
  const type = asked.json === undefined ? [] : ["Content-Type", "application/json"];
  const headers = [...bearer, ...type, ...(asked.headers ?? [])].map((text) => filled(text, known));
  const body = asked.json === undefined ? (asked.body ?? "") : JSON.stringify(asked.json);
  return { method, path, headers, body: typeof body === "string" ? Buffer.from(filled(body, known)) : body };
}

function filled(text: string, known: Record<string, string>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => {
    const value = known[name];
    if (value === undefined) throw new Error(`nothing has given ${name}`);
    return value;
  });
}

/** A place in the answer begins with `data`; any other is a name that is known. */
function valueAt(place: string, { body, status }: Answered, known: Record<string, string>): string {
  const steps = place.split(".");
  const found = steps[0] === "data" ? steps.reduce((at, step) => Object(at)[step], JSON.parse(body)) : known[place];
  if (typeof found !== "string" && typeof found !== "number") throw new Error(`${status} without ${place}: ${body}`);
  return String(found);
}

function expiredToken(userId: string): string {
  const now = Date.now() - 3_600_000;
  return signToken({ userId, tokenVersion: 1 }, { secret: jwtSecret, now, lifetimeMs: 60_000 }).token;
}
