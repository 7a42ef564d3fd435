// What the log of a server says of jobs that outlive it.
import { expect, test } from "vitest";
import { create, follow } from "../api/user.ts";
import { processes } from "./running.ts";

const environment = { LOG_LEVEL: "info" };

test("a start says which jobs it takes up, and each has one end, in whichever process", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const quick = await create(user, { prompt: "a zebra", provider: "sketch", size: "64x64" });
  expect((await follow(user, quick.id)).status).toBe("completed");
  const slow = await create(user, { prompt: "a zebra", model: "sketch-slow", size: "64x64" });
  await follow(user, slow.id, ({ status }) => status === "processing");
  await first.stop("SIGKILL");

  const second = await start(dataDir, { environment });
  const again = {
    ...user,
    call: (...asked: Parameters<typeof user.call>) =>
      second.call(asked[0], asked[1], { token: user.token, ...asked[2] }),
  };
  expect((await follow(again, slow.id)).status).toBe("completed");
  await second.stop("SIGTERM");

  const lines = [first, second].map((run) => linesOf(run.stdout()));
  const [before = [], after = []] = lines;
  expect(before.filter(({ message }) => message.includes("taken up"))).toEqual([]);
  expect(after.filter(({ message }) => message.includes("taken up"))).toMatchObject([{ jobs: 1, jobIds: [slow.id] }]);
  const ended = lines.flat().filter(({ message }) => message === "a job has ended");
  expect(ended.map(({ jobId, outcome }) => [jobId, outcome])).toEqual([
    [quick.id, "completed"],
    [slow.id, "completed"],
  ]);
  expect(lines.flat().filter(({ message }) => message === "a job was created")).toHaveLength(2);
  expect(first.stdout() + second.stdout()).not.toContain("zebra");
});

function linesOf(stdout: string) {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown> & { message: string });
}
