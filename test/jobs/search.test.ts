import { expect, test } from "vitest";
import { jobItem } from "../../shared/jobs/job.ts";
import { listJobs } from "../../shared/jobs/reading/read.ts";
import { hasWords, searchable } from "../../shared/jobs/reading/search.ts";
import { worlds } from "./fixture.ts";
import { userId } from "./request.ts";

const open = worlds();

test.each([
  ["a Lighthouse at dusk", "LIGHT dusk", true],
  ["a lighthouse at dusk", "dusk lighthouse", true],
  ["a lighthouse at dusk", "dawn", false],
  ["春江花月夜，千里共婵娟", "花月", true],
  ["春江花月夜，千里共婵娟", "千里 春江", true],
  ["春江花月夜，千里共婵娟", "月花", false],
  ["桜の夜", "の夜", true],
  ["ＬＩＧＨＴ", "light", true],
  ["Straße", "STRASSE", false],
  ["Ärger", "ärger", true],
  ["100% (real) [a-z].*", "(real) .*", true],
])("%j has %j: %j", (prompt, words, expected) => {
  expect(hasWords(prompt, searchable(words))).toBe(expected);
});

test("a search looks at a thousand jobs a page, and its cursor goes on behind them to the very last", async () => {
  const w = await open({ isBare: true });
  const made = await w.create();
  const ids: string[] = [];
  for (let i = 0; i < 1250; i++) {
    const id = `01900000-0000-7000-8000-${String(i).padStart(12, "0")}`;
    ids.push(id);
    const prompt = i % 400 === 0 ? `needle ${i}` : "hay";
    const job = { ...made, id, paidRound: 1, request: { ...made.request, prompt }, dueAt: null };
    await w.table.put(jobItem(job), "absent");
  }
  const found: string[] = [];
  let pages = 0;
  for (let after: string | undefined; ; pages++) {
    const { jobs, total, next } = await listJobs(w.table, userId, { limit: 20, after, words: searchable("NEEDLE") });
    expect(total).toBeNull();
    found.push(...jobs.map(({ id }) => id));
    if (next === null) break;
    after = next;
  }
  expect(pages).toBe(1);
  expect(found).toEqual([1200, 800, 400, 0].map((i) => ids[i]));
});
