// The limits as several processes keep them together, and as one that was killed leaves them.
import { expect, test } from "vitest";
import { type Call, callerOf } from "../api/user.ts";
import { processes } from "../process/running.ts";

const environment = { RATE_LIMIT_PER_MINUTE: "40" };

/** How many of so many requests pass, all at the same time. */
async function passing(call: Call, count: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, () => call("GET", "/credits")));
  for (const { status } of answers) expect([200, 429]).toContain(status);
  return answers.filter(({ status }) => status === 200).length;
}

test.concurrent("two processes let a user make as many requests as one would", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const [first, second] = await Promise.all([start(dataDir, { environment }), start(dataDir, { environment })]);
  const user = await first.register();
  const both = [user.call, callerOf(() => second.url, user.token)];
  const passed = await Promise.all(both.map((call) => passing(call, 60)));
  expect(passed.reduce((sum, each) => sum + each)).toBe(40);
});

test.concurrent("a process that was killed gives nobody a new allowance, and takes little with it", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const before = await passing(user.call, 11);
  await first.stop("SIGKILL");
  const second = await start(dataDir, { environment });
  const after = await passing(
    callerOf(() => second.url, user.token),
    60,
  );
  expect([before, after <= 29, after >= 24]).toEqual([11, true, true]);
});

test.concurrent("guessed passwords count in every process, and also after a kill", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const [first, second] = await Promise.all([start(dataDir), start(dataDir)]);
  const { email } = await first.register();
  const wrong = async (calls: Call[]) => {
    for (let guesses = 0; ; guesses++) {
      const call = calls[guesses % calls.length] ?? first.call;
      const { status } = await call("POST", "/auth/login", { json: { email, password: "wrong" } });
      if (status === 429) return guesses;
      expect(status).toBe(401);
    }
  };
  // Waits begin with a second: on a slow machine the first ones may be over before the next guess comes.
  expect(await wrong([first.call, second.call])).toBeLessThan(10);
  await first.stop("SIGKILL");
  const third = await start(dataDir);
  expect(await wrong([third.call])).toBeLessThan(5);
});
