// A film by a vendor's models, on both clouds' zips: written, drawn, filmed, spoken, put together, kept, and paid for once.
import { expect, onTestFinished, test } from "vitest";
import { readLedger } from "../../scripts/cloud-ledgers.ts";
import { vendorIds } from "../../shared/config/vendors.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { bytesOfProductions, checkProductions } from "../../shared/productions/money/check-productions.ts";
import { creditsOf, registerAt } from "../api/user.ts";
import { comeToRest } from "../crash/at-rest.ts";
import { anyProgram } from "../providers/videos.ts";
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { deployOnAws } from "./deployments/aws.ts";
import { expectFilm, film, filmWish, makersOf, startStudio } from "./film.ts";

const TIMER_MS = 1000;

test.each([
  ["Lambda, S3 and DynamoDB", deployOnAws],
  ["Function Compute, OSS and Tablestore", deployOnAliyun],
] as const)("on %s a film is made of one sentence", async (_, deploy) => {
  await using studio = await startStudio();
  const deployment = await deploy({
    vendors: vendorIds,
    functions: ["generate-drama", "get-production", "list-nodes", "run-assembly"],
    environment: {
      ...{ VENDOR_KEYS: JSON.stringify(studio.keys), TRUSTED_HOSTS: studio.hosts.join(",") },
      ...{ WELCOME_CREDITS: "100000", FFMPEG_PATH: anyProgram() },
    },
  });
  onTestFinished(() => deployment.close());
  const timer = setInterval(() => deployment.fireTimers(), TIMER_MS);
  onTestFinished(() => clearInterval(timer));
  const user = await registerAt(() => deployment.url);
  const { production, nodes } = await film(user, filmWish);
  expect([production.status, production.reason]).toEqual(["completed", null]);
  await expectFilm(nodes.get("episode-e1-16x9")?.output, { durationMs: 10_000 });
  expect(await makersOf(user, nodes)).toMatchObject({
    ...{ screenplay: ["cloud_qwen"], still: ["dashscope"], clip: ["dashscope"], line: ["dashscope"] },
    ...{ cut: ["assembly"], episode: ["assembly"] },
  });
  for (const { output } of nodes.values()) {
    if (output) expect((await (await fetch(output.url)).arrayBuffer()).byteLength).toBe(output.size);
  }
  // Nobody was asked twice for one part.
  const asked = Object.values(studio.asked()).reduce((sum, count) => sum + count, 0);
  const parts = [...nodes.values()].filter(({ kind }) =>
    ["screenplay", "portrait", "still", "clip", "line"].includes(kind),
  );
  expect(asked).toBe(parts.length);
  const { balance, held, totalEarned } = await creditsOf(user);
  expect([held, balance]).toEqual([0, totalEarned - production.cost]);
  await comeToRest(deployment.place);
  const found = await readLedger(deployment.place.table, `user#${user.userId}`);
  const { account, olderLines, productions } = found;
  if (!account) throw new Error("there is no account");
  const extraBytes = bytesOfProductions(account, productions);
  expect(checkLedger({ ...found, account, extraBytes }, Date.now())).toEqual([]);
  const lines = [...olderLines, ...account.lines];
  expect(checkProductions({ ...found, account, lines }, Date.now())).toEqual([]);
});
