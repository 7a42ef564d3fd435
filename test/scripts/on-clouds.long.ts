// What operators run, on the tables and stores of the clouds: their protocols on this machine, each script a process as it is run.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { create } from "../api/user.ts";
import { type Cloud, openAlibabaCloud, openAws } from "../docs/clouds.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { processes } from "../process/running.ts";
import { startOrigin } from "../servers/origin.ts";
import { runScript } from "./run-script.ts";

test.for([
  ["S3 and DynamoDB", openAws, "aws"],
  ["OSS and Tablestore", openAlibabaCloud, "aliyun"],
] as const)("on %s: doctor, users, jobs, cost, migrate-urls", { timeout: 600_000 }, async ([, open, name]) => {
  await using cloud: Cloud = await open();
  const environment = { ...cloud.own, ...cloud.product };
  const { emptyFolder, start } = processes(onTestFinished);
  const folder = await emptyFolder();
  const run = async (script: string, args: string[], more: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await runScript(`scripts/${script}.ts`, [...args, "--json"], folder, {
      ...{ ...environment, ...more },
    });
    return { code, stderr, said: JSON.parse(stdout || "null") };
  };

  expect(await run("create-table", [])).toMatchObject({ code: 0, said: { isDone: true, problem: null } });
  expect(await run("create-bucket", [])).toMatchObject({ code: 0, said: { isDone: true, problem: null } });
  const running = await start(folder, { environment });
  const user = await running.register();
  const job = await create(user, { prompt: "a lighthouse at dusk" });
  const status = async () => (await user.call("GET", `/jobs/${job.id}`)).body.data.status;
  await expect.poll(status, { timeout: 120_000, interval: 500 }).toBe("completed");

  expect((await run("users", ["find", user.email])).said).toMatchObject([{ email: user.email }]);
  expect((await run("users", ["jobs", user.email])).code).toBe(0);
  expect(await run("users", ["grant", user.email, "7", "--key", "once", "--reason", "late"])).toMatchObject({
    code: 0,
  });
  expect(await run("users", ["grant", user.email, "7", "--key", "once", "--reason", "late"])).toMatchObject({
    code: 0,
  });
  expect(JSON.stringify((await run("jobs", ["show", String(job.id)])).said)).toContain(String(job.id));
  expect((await run("jobs", ["unfinished"])).code).toBe(0);
  expect((await run("cost", [name, "--month", new Date().toISOString().slice(0, 7)])).said).toMatchObject({ jobs: 1 });

  const origin = await startOrigin((_, response) => {
    response.writeHead(200, { "content-type": "image/png" }).end(tinyPng);
  });
  onTestFinished(() => origin.close());
  const file = join(folder, "old.jsonl");
  const row = {
    jobId: "old-1",
    userId: user.email,
    type: "image",
    urls: [`${origin.url}/1.png`],
    createdAt: 1_700_000_000_000,
  };
  await writeFile(file, JSON.stringify(row));
  const trusted = { TRUSTED_HOSTS: new URL(origin.url).host };
  expect(await run("migrate-urls", [file], trusted)).toMatchObject({ code: 0, said: { rows: 1, copied: 1, gone: 0 } });
  expect(await run("migrate-urls", [file], trusted)).toMatchObject({ code: 0, said: { rows: 1, copied: 0, there: 1 } });

  const looked = await run("doctor", [running.url, "--inside"]);
  const wrong = looked.said.findings.filter(({ state }: { state: string }) => state === "wrong");
  expect([looked.code, wrong]).toEqual([0, []]);
  const books = await runScript("scripts/check-ledger.ts", [], folder, environment);
  expect(books.stdout).toContain("everything adds up.");
});
