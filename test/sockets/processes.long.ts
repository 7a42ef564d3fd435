// Connections and processes: a SIGKILL between two events, and a production that another process moves on.
import { expect, test } from "vitest";
import { creditsOf, type ShownJob, type User } from "../api/user.ts";
import { processes, type Running } from "../process/running.ts";
import { runScript } from "../scripts/run-script.ts";
import { eventsOf, openSocket, type ReadMessage, type SocketReader } from "./reader.ts";

const wish = {
  ...{ title: "The late ferry", prompt: "Two people wait at a pier", genre: "drama", language: "en" },
  ...{ durationSec: 10, scenesPerEpisode: 1, seed: 3, music: false },
};
async function begin(user: User): Promise<ShownJob> {
  const { status, body } = await user.call("POST", "/projects/generate-drama", { json: wish });
  expect([status, body.message]).toEqual([202, "success"]);
  return body.data;
}

function follow({ url }: Running, { token }: User, { projectId }: ShownJob, after: number): Promise<SocketReader> {
  return openSocket(`${url}/api/v1/ws/projects/${projectId}/progress`, { first: { type: "follow", token, after } });
}

const lastOf = (messages: ReadMessage[]) => Math.max(0, ...eventsOf(messages).map(({ id }) => Number(id)));

test("killed three times on the way, the film's events come once each, in order, to the end", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  let running = await start(dataDir);
  const user = await running.register();
  const film = await begin(user);
  const all: ReadMessage[] = [];
  for (let kills = 0; ; ) {
    const reader = await follow(running, user, film, lastOf(all));
    if (kills < 3) {
      // Two events further, and it dies.
      await reader.next();
      await reader.next();
      kills += 1;
      expect(await running.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
      expect((await reader.closed).code).toBe(1006);
      all.push(...reader.messages);
      running = await start(dataDir, { environment: { PORT: String(running.port) } });
      continue;
    }
    const { code } = await reader.closed;
    all.push(...reader.messages);
    if (code === 1000) break;
  }
  const events = eventsOf(all);
  const gaps = all.filter(({ type }) => type === "gap");
  expect(gaps).toEqual([]);
  expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, i) => i + 1));
  expect(events.at(-1)).toMatchObject({ event: "end", data: { status: "completed", production: { id: film.id } } });
  const { cost } = events.at(-1)?.data.production ?? {};
  expect(await creditsOf(user)).toMatchObject({ held: 0, totalSpent: cost });
  const ledger = await runScript("scripts/check-ledger.ts", [], dataDir);
  expect([ledger.code, ledger.stdout]).toEqual([0, expect.stringContaining("everything adds up")]);
});

test("two processes on one folder tell the same, whichever moves it on; SIGTERM says when to come back", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const [first, second] = await Promise.all([1, 2].map(() => start(dataDir)));
  if (!first || !second) throw new Error("they did not start");
  const user = await first.register();
  const film = await begin(user);
  const [here, there] = await Promise.all([follow(first, user, film, 0), follow(second, user, film, 0)]);
  await there.next();
  expect(await second.stop("SIGTERM")).toEqual({ code: 0, signal: null });
  expect((await there.closed).code).toBe(1001);
  expect(there.messages.at(-1)).toEqual({ type: "retry", ms: expect.any(Number) });
  const rest = await follow(first, user, film, lastOf(there.messages));
  expect([(await here.closed).code, (await rest.closed).code]).toEqual([1000, 1000]);
  expect(eventsOf([...there.messages, ...rest.messages])).toEqual(eventsOf(here.messages));
});
