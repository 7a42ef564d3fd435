import { describe, expect, test } from "vitest";
import { callerOf, create, creditsOf, follow, type User } from "../api/user.ts";
import type { GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { inWorld, type World, welcomeCredits } from "./world.ts";

/** What the same registration is answered with afterwards. */
const rows: Record<GapOf<"register">, number> = {
  "register: after the profile": 201,
  "register: after the account": 201,
  "register: before the address": 201,
  "register: after the address": 409,
};

const who = { username: "Somebody", email: "somebody@example.com", password: "correct horse" };

describe.concurrent("a process that dies while it registers a user", () => {
  test.for(Object.entries(rows) as [GapOf<"register">, number][])(
    "%s: afterwards the address has one user with one welcome",
    ([gap, status]) =>
      inWorld(async (world) => {
        const call = callerOf(() => world.url);
        await world.start({ gap });
        await world.diesDuring(() => call("POST", "/auth/register", { json: who }));
        await world.start();
        expect((await call("POST", "/auth/register", { json: who })).status).toBe(status);
        const user = await logIn(world);
        expect(await creditsOf(user)).toMatchObject({ balance: welcomeCredits, totalEarned: welcomeCredits });
        const { id } = await create(user, { prompt: "a first lake", provider: "sketch", size: "64x64" });
        expect((await follow(user, id)).status).toBe("completed");
        await checkAtRest(world, [user]);
      }),
  );
});

async function logIn({ url }: World): Promise<User> {
  const { email, password } = who;
  const { body } = await callerOf(() => url)("POST", "/auth/login", { json: { email, password } });
  const { userId, token } = body.data;
  return { userId, token, email, password, call: callerOf(() => url, token) };
}
