// The operator hears in time that a vendor stops serving a model that is in use here.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { Log } from "../../shared/ports/log.ts";
import type { Model } from "../../shared/ports/provider.ts";
import { warnOfEndings } from "../../shared/runtime/telling/model-endings.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";

const model = (id: string, more: Partial<Model> = {}): Model => ({
  ...{ id, type: "image", operations: ["generate"], price: 1, maxOutputs: 1 },
  ...more,
});

const models = [
  model("lasting"),
  model("far", { endOfLife: "2026-12-28" }),
  model("near", { endOfLife: "2026-12-27", replacedBy: "far" }),
  model("near", { endOfLife: "2026-12-27", replacedBy: "far", type: "video" }),
  model("last-day", { endOfLife: "2026-11-28" }),
  model("over", { endOfLife: "2026-11-27" }),
];

test("once for each model of a configured provider that has ended or ends within 30 days", () => {
  const said: [string, object][] = [];
  const warn = (fields: object, message: string) => void said.push([message, fields]);
  const log: Log = { ...silent, warn, child: () => log };
  const vendor = { ...scriptedProvider(), id: "vendor", models };
  const keyless = { ...vendor, id: "keyless", isConfigured: false };
  warnOfEndings(log, [vendor, keyless], Date.parse("2026-11-28T23:00:00.000Z"));
  const near = "a model will not be served much longer";
  expect(said).toEqual([
    [near, { provider: "vendor", model: "near", endOfLife: "2026-12-27", replacedBy: "far" }],
    [near, { provider: "vendor", model: "last-day", endOfLife: "2026-11-28" }],
    ["a model is not served any more", { provider: "vendor", model: "over", endOfLife: "2026-11-27" }],
  ]);
});

/** What a runtime is opened with, in a process of its own: its log goes to stdout. */
const parts = `
  import { readConfig } from "./shared/config/config.ts";
  import { forJobs } from "./shared/runtime/cloud/prepare.ts";
  import { openRuntime } from "./shared/runtime/open-runtime.ts";
  import { openTable } from "./shared/runtime/adapters/table.ts";
  import { scriptedProvider } from "./test/jobs/scripted-provider.ts";
  const model = { id: "over", type: "image", operations: ["generate"], price: 1, maxOutputs: 1, endOfLife: "2020-01-01" };
  const providers = [{ ...scriptedProvider(), models: [model] }];
  const environment = { DATA_DIR: process.env.DATA_DIR };`;

test.each([
  [
    "on one machine",
    'await (await openRuntime(readConfig(environment), { publicUrl: "http://127.0.0.1", providers })).close();',
  ],
  [
    "in a cloud, by functions that move jobs",
    `const table = { name: "sqlite", open: (config) => openTable(config) };
     await forJobs({ table, store: { name: "folder", open: () => ({}) } }, () => () => providers)(environment).open();`,
  ],
])("the log says so when the runtime is opened: %s", async (_, open) => {
  const dataDir = await mkdtemp(join(tmpdir(), "model-endings-"));
  const child = spawn(process.execPath, ["--input-type=module", "--eval", parts + open], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (await text(child.stdout)).trimEnd().split("\n");
  await rm(dataDir, { recursive: true });
  const line = { level: "warn", message: "a model is not served any more", provider: "scripted", model: "over" };
  expect(lines.map((each) => JSON.parse(each))).toMatchObject([{ ...line, endOfLife: "2020-01-01" }]);
});

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
