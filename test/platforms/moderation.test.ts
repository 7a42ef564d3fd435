// Content that is looked at, on both clouds' zips: who carries what looks, that it reaches pictures by signed URLs of the private bucket, and what
// a zip says that was built for another service.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { type Built, buildCloud } from "../../scripts/build/build.ts";
import { adaptersOf, type Cloud } from "../../scripts/build/plan.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow, registerAt } from "../api/user.ts";
import { startAliyunModeration } from "../servers/moderation/aliyun.ts";
import { unzipInto } from "../servers/zip.ts";
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { deployOnAws } from "./deployments/aws.ts";
import { deployed } from "./deployments/deployment.ts";
import { insideOf } from "./inside.ts";
import { load, settings } from "./trees.ts";

const temporary = mkdtempSync(join(tmpdir(), "dream-factory-moderation-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const TIMER_MS = 1000;
const names: readonly string[] = [...deployed, "run-assembly"];

describe.each([
  ["aws", deployOnAws],
  ["aliyun", deployOnAliyun],
] as const)("on %s, built with a service", (cloud: Cloud, deploy) => {
  let built: Promise<Built[]> | null = null;
  const zips = () => {
    built ??= buildCloud({
      ...{ root: process.cwd(), outDir: temporary, cloud, adapters: { ...adaptersOf[cloud], moderation: "aliyun" } },
      declarations: declarations.filter(({ name }) => names.includes(name)),
    });
    return built;
  };

  test("only functions that advance jobs carry it, and none another one", async () => {
    const carried = (await zips()).flatMap(({ name, metafile }) => {
      const ours = insideOf(metafile).ours.filter((path) => path.startsWith("shared/moderation/"));
      return ours.length > 0
        ? [{ name, services: ours.flatMap((path) => /^shared\/moderation\/(\w+)\//.exec(path)?.[1] ?? []) }]
        : [];
    });
    expect(carried.map(({ name }) => name).toSorted()).toEqual(["poll-tasks", "run-assembly", "run-job"]);
    expect(new Set(carried.flatMap(({ services }) => services))).toEqual(new Set(["aliyun"]));
  });

  test("a job's words and picture are looked at, and what is refused is not made", async () => {
    await zips();
    await using server = await startAliyunModeration();
    server.says = (part) =>
      "text" in part && part.text.includes("bad")
        ? { verdict: "block", categories: ["violent_weapons"] }
        : { verdict: "allow", categories: [] };
    const deployment = await deploy({
      zips: join(temporary, cloud),
      environment: {
        ...{ MODERATION: "aliyun", MODERATION_URL: server.url },
        VENDOR_KEYS: JSON.stringify({
          MODERATION_ACCESS_KEY_ID: server.key.accessKeyId,
          MODERATION_ACCESS_KEY_SECRET: server.key.accessKeySecret,
        }),
      },
    });
    onTestFinished(() => deployment.close());
    const timer = setInterval(() => deployment.fireTimers(), TIMER_MS);
    onTestFinished(() => clearInterval(timer));
    const user = await registerAt(() => deployment.url);
    const made = await follow(user, (await create(user, { prompt: "a lake", size: "64x64" })).id);
    expect([made.status, made.error]).toEqual(["completed", null]);
    expect(server.asked.map((part) => Object.keys(part)[0])).toEqual(["text", "image"]);
    const refused = await follow(user, (await create(user, { prompt: "something bad", size: "64x64" })).id);
    expect(refused.error).toMatchObject({
      type: "moderation_blocked",
      stage: "input",
      categories: ["violent_weapons"],
    });
    await checkLedger(user);
  });

  test("what was built for another service, or without one, ends at its start and says what to do", async () => {
    const [runJob] = (await zips()).filter(({ name }) => name === "run-job");
    const folder = mkdtempSync(join(temporary, "run-job-"));
    await unzipInto(runJob?.path ?? "", folder);
    const other = { MODERATION: "openai", MODERATION_API_KEY: "k" };
    const { code, stderr } = await load(folder, { ...settings[cloud], ...other });
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining("Build again with MODERATION=openai")]);
    expect(await load(folder, settings[cloud])).toMatchObject({ code: 0 });
  });
});
