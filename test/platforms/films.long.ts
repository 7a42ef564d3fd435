// A film by a vendor's models, on both clouds' zips: written, drawn, filmed, spoken, put together, kept, and paid for once. Another one is written
// by vLLM, and one by Ollama.
import { expect, onTestFinished, test } from "vitest";
import { readLedger } from "../../scripts/cloud-ledgers.ts";
import { vendorIds } from "../../shared/config/vendors.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { bytesOfProductions, checkProductions } from "../../shared/productions/money/check-productions.ts";
import { creditsOf, registerAt } from "../api/user.ts";
import { comeToRest } from "../crash/at-rest.ts";
import { anyProgram } from "../providers/videos.ts";
import { type ChatServer, startChatServer } from "../servers/chat/server.ts";
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { deployOnAws } from "./deployments/aws.ts";
import type { Deployment } from "./deployments/deployment.ts";
import { expectFilm, film, filmWish, makersOf, startStudio } from "./film.ts";

const TIMER_MS = 1000;

test.each([
  ["Lambda, S3 and DynamoDB", deployOnAws],
  ["Function Compute, OSS and Tablestore", deployOnAliyun],
] as const)("on %s a film is made of one sentence, whoever writes it", async (_, deploy) => {
  await using studio = await startStudio();
  await using vllm = await startChatServer("vllm", "some/model");
  await using ollama = await startChatServer("ollama", "other/model");
  const keys = { ...studio.keys, ...keysOf("LOCAL_QWEN", vllm), ...keysOf("LOCAL_QWEN_VL", ollama) };
  const hosts = [...studio.hosts, vllm.host, ollama.host];
  const deployment = await deploy({
    vendors: vendorIds,
    functions: ["generate-drama", "get-production", "list-nodes", "run-assembly"],
    environment: {
      ...{ VENDOR_KEYS: JSON.stringify(keys), TRUSTED_HOSTS: hosts.join(",") },
      ...{ WELCOME_CREDITS: "100000", FFMPEG_PATH: anyProgram() },
    },
  });
  onTestFinished(() => deployment.close());
  const timer = setInterval(() => deployment.fireTimers(), TIMER_MS);
  onTestFinished(() => clearInterval(timer));
  const asked = () =>
    Object.values(studio.asked()).reduce((sum, count) => sum + count, vllm.count("start") + ollama.count("start"));
  for (const writer of ["cloud_qwen", "local_qwen", "local_qwen_vl"]) await filmBy(writer, asked, deployment);
  expect([vllm.count("start"), ollama.count("start")]).toEqual([1, 1]);
});

function keysOf(name: string, { key, baseUrl, model }: ChatServer): Record<string, string> {
  return { [`${name}_API_KEY`]: key, [`${name}_BASE_URL`]: baseUrl, [`${name}_MODELS`]: model };
}

/** By a user of its own. `asked`: how often anybody was asked for anything. */
async function filmBy(writer: string, asked: () => number, deployment: Deployment): Promise<void> {
  const before = asked();
  const user = await registerAt(() => deployment.url);
  const models = { ...filmWish.models, text: { provider: writer } };
  const { production, nodes } = await film(user, { ...filmWish, models });
  expect([production.status, production.reason]).toEqual(["completed", null]);
  await expectFilm(nodes.get("episode-e1-16x9")?.output, { durationMs: 10_000 });
  expect(await makersOf(user, nodes)).toMatchObject({
    ...{ screenplay: [writer], still: ["dashscope"], clip: ["dashscope"], line: ["dashscope"] },
    ...{ cut: ["assembly"], episode: ["assembly"] },
  });
  for (const { output } of nodes.values()) {
    if (output) expect((await (await fetch(output.url)).arrayBuffer()).byteLength).toBe(output.size);
  }
  // Nobody was asked twice for one part.
  const parts = [...nodes.values()].filter(({ kind }) =>
    ["screenplay", "portrait", "still", "clip", "line"].includes(kind),
  );
  expect(asked() - before).toBe(parts.length);
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
}
