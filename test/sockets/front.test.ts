import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { processes, type Running } from "../process/running.ts";
import { freePort } from "../servers/free-port.ts";
import { eventsOf, NotUpgraded, openSocket } from "./reader.ts";

const program = fileURLToPath(new URL("fc-front-process.ts", import.meta.url));
const platform = {
  "x-fc-request-id": "1-abc",
  "x-fc-access-key-id": "STS.example",
  "x-fc-access-key-secret": "secret",
  "x-fc-security-token": "token",
};

test("it speaks as the local server does, says good-bye before its time limit, and at SIGTERM", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const product = await start(dataDir);
  const front = async (seconds: string): Promise<Running> =>
    start(dataDir, {
      command: [process.execPath, program],
      environment: { PORT: String(await freePort()), HOST: "127.0.0.1", FUNCTION_SECONDS: seconds },
    });
  const [brief, long] = await Promise.all([front("12"), front("600")]);
  const user = await product.register();
  const json = { title: "Ferry", prompt: "Two people wait", durationSec: 10, scenesPerEpisode: 1 };
  const film = (await user.call("POST", "/projects/generate-drama", { json })).body.data;
  const path = `/api/v1/ws/projects/${film.projectId}/progress`;
  const first = { type: "follow", token: user.token };
  const follow = ({ url }: Running) => openSocket(`${url}${path}`, { headers: platform, first });

  const [there, ending] = await Promise.all([follow(long), follow(brief)]);
  expect(await there.next()).toMatchObject({ type: "progress", id: 1 });
  // It has 2 s, and then ten to be gone before it is cut with 1006.
  const { code } = await ending.closed;
  expect([1000, 1001]).toContain(code);
  if (code === 1001) expect(ending.messages.at(-1)).toEqual({ type: "retry", ms: expect.any(Number) });
  expect(eventsOf(ending.messages).map(({ id }) => id)[0]).toBe("1");

  // Whoever says a key of the platform's twice is not the platform: as for any other request.
  const twice = { ...platform, "x-fc-access-key-id": "a,b" };
  const refused = await openSocket(`${long.url}${path}`, { headers: twice, first }).catch((error) => error);
  expect(refused).toBeInstanceOf(NotUpgraded);
  expect([refused.status, refused.body.error.type]).toEqual([400, "invalid_request"]);
  // Other functions are elsewhere, with or without an upgrade.
  const health = await fetch(`${long.url}/api/v1/health`);
  expect(health.status).toBe(404);

  await user.call("POST", `/productions/${film.id}/cancel`, { json: {} });
  const more = await follow(long);
  await more.next();
  await long.stop("SIGTERM");
  for (const reader of [there, more]) expect([1000, 1001]).toContain((await reader.closed).code);
});
