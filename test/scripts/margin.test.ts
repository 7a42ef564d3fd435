// npm run margin, as a process, on what the running product has made.
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { type Job, jobOf } from "../../shared/jobs/job.ts";
import type { Model, Money, Provider, StartOutcome } from "../../shared/ports/provider.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, type User, until } from "../api/user.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { runScript } from "./run-script.ts";

const common = { type: "image", operations: ["generate"], maxOutputs: 4, price: 10 } as const;
const listed = { unit: "output", amount: 0.04, currency: "USD", date: "2026-11-22" } as const;
const models: Model[] = [
  { ...common, id: "listed", cost: { ...listed, tiers: { by: "quality", amounts: { high: 0.1 } } } },
  { ...common, id: "saying", cost: listed },
  { ...common, id: "free", price: 0 },
];

let product: Product;
let user: User;
let month: string;
let answer: { cost?: Money; refusal?: { cost?: Money }; isSpoilt?: true } = {};

beforeAll(async () => {
  product = await startProduct({
    providers: [vendor()],
    environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "0.5" },
  });
  user = await product.register();
  const first = await job("listed", { n: 2 });
  month = first.completedAt.slice(0, 7);
  await job("listed", { quality: "high" });
  // The vendor has made it, and it could not be kept; a retry makes another one.
  const spoilt = await job("listed", {}, { isSpoilt: true });
  await user.call("POST", `/jobs/${spoilt.id}/retry`);
  await follow(user, spoilt.id);
  await job("listed", { dryRun: true });
  const deleted = await job("listed", { n: 3 });
  await user.call("DELETE", `/jobs/${deleted.id}`);
  await job("saying", {}, { cost: { amount: 0.2, currency: "CNY" } });
  await job("saying", {}, { cost: { amount: 0.1, currency: "USD" } });
  await job("saying", {}, { refusal: { cost: { amount: 0.15, currency: "CNY" } } });
  await job("saying", {}, { refusal: {} });
  await job("free", {});
  // Its item stays for a day, and then goes as well.
  const gone = { partition: `user#${user.userId}`, sort: `job#${deleted.id}` };
  const left = await until(
    () => product.runtime.table.get(gone),
    (item) => item === null || isClosed(jobOf(item).job),
  );
  if (left) await product.runtime.table.delete(gone, { version: left.version });
});
afterAll(() => product.close());

const margin = (...args: string[]) => runScript("scripts/margin.ts", args, product.dataDir);
const told = (...more: string[]) => margin("--month", month, "--credit", "0.02", "--currency", "USD", ...more);

test("tells by model what was earned and charged; a currency without a rate stands apart", async () => {
  const { code, stdout, stderr } = await told();
  expect([code, stderr]).toEqual([0, ""]);
  expect(cells(stdout)).toEqual([
    [`${month} (UTC); a credit is 0.02 USD`],
    ["completed", "others", "with cost", "credits", "earned", "cost", "by list", "left"],
    ["jobs that were deleted", "1", "0", "0", "30", "0.60 USD", "-", "-", "0.60 USD"],
    ["vendor/listed", "3", "0", "0", "40", "0.80 USD", "-", "0.26 USD", "0.54 USD"],
    ["vendor/saying", "2", "2", "1", "20", "0.40 USD", "0.35 CNY + 0.10 USD", "-", "0.30 USD - 0.35 CNY"],
    ["together", "6", "2", "1", "90", "1.80 USD", "0.35 CNY + 0.10 USD", "0.26 USD", "1.44 USD - 0.35 CNY"],
    ["What jobs that were deleted have cost is not known any more."],
  ]);
});

test("adds up what has a rate", async () => {
  const { stdout } = await told("--rate", "CNY=0.2");
  expect(cells(stdout)[0]).toEqual([`${month} (UTC); a credit is 0.02 USD, 1 CNY 0.2 USD`]);
  expect(
    cells(stdout)
      .find(([name]) => name === "together")
      ?.at(-1),
  ).toBe("1.37 USD");
});

test("of a month in which nothing ended there is nothing to tell", async () => {
  const { code, stdout } = await margin("--month", "2025-01", "--credit", "1", "--currency", "CNY");
  expect([code, stdout]).toEqual([0, "2025-01 (UTC); a credit is 1 CNY\nNothing was earned, and nothing charged.\n"]);
});

describe("what is not understood ends with 2, one sentence and the usage", () => {
  test.each([
    [[], "--month must be a month, like 2026-11."],
    [["--month", "2026-13"], "--month must be a month, like 2026-11."],
    [["--month", "2026-11"], "--credit must be a number above 0, like 0.02."],
    [["--month", "2026-11", "--credit", "0"], "--credit must be a number above 0, like 0.02."],
    [["--month", "2026-11", "--credit", "1"], "--currency must be three letters, like USD."],
    [["--month", "2026-11", "--credit", "1", "--currency", "usd"], "--currency must be three letters, like USD."],
    [["--month", "2026-11", "--credit", "1", "--currency", "USD", "--rate", "CNY"], "--rate must be like CNY=0.14."],
    [["--months", "2026-11"], "Unknown option '--months'."],
  ])("%j", async (args, sentence) => {
    const { code, stdout, stderr } = await margin(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.startsWith(sentence)).toBe(true);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^ {2}npm run margin -- --month /);
  });
});

test("a folder without a table ends with 1 and is named", async () => {
  const args = ["--month", "2026-11", "--credit", "1", "--currency", "USD"];
  const { code, stderr } = await runScript("scripts/margin.ts", args, "/nowhere");
  expect([code, stderr]).toEqual([1, expect.stringContaining("/nowhere/table.sqlite")]);
});

function isClosed({ phase, isCleaned, deletion }: Job): boolean {
  return phase === "closed" && isCleaned && deletion?.isGivenBack === true;
}

/** Line by line, without the space that aligns them. */
function cells(stdout: string): string[][] {
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => line.trim().split(/ {2,}/));
}

function vendor(): Provider {
  const start = (_count: number, _reference: string, call?: { request: { n: number } }): StartOutcome => {
    const { cost, refusal, isSpoilt } = answer;
    answer = {};
    if (refusal) {
      const failure = { type: "moderation_blocked", message: "Refused.", retryable: false, ...refusal } as const;
      return { state: "failed", failure };
    }
    const data = { isSpoilt: isSpoilt === true };
    const sources = Array.from({ length: call?.request.n ?? 1 }, () => ({ kind: "stream", data }) as const);
    return { state: "succeeded", sources, ...(cost && { cost }) };
  };
  return {
    ...scriptedProvider({ start }),
    id: "vendor",
    models,
    async open({ data }) {
      if (data.isSpoilt) throw new AppError("moderation_blocked");
      return Readable.from([tinyPng]);
    },
  };
}

async function job(model: string, asked: object, next: typeof answer = {}) {
  answer = next;
  const made = await create(user, { prompt: "a lake", provider: "vendor", model, ...asked });
  return follow(user, made.id);
}
