import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../scripts/demo/api.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";

let said: unknown;
let origin: Origin;

beforeAll(async () => {
  origin = await startOrigin((_, response) => response.end(JSON.stringify(said)));
});
afterAll(() => origin.close());

const production = {
  ...{ id: "p", projectId: "p", title: "Ferry", status: "running", stage: "stills" },
  ...{ made: 1, nodes: 2, percent: 50, spent: 3, cost: 4, budget: 5, reason: null },
};

test.each([
  ["has no envelope", production, /^GET \/productions\/p .*is required\s+→ at code\b/s],
  ["lacks a field", answered({ ...production, made: undefined }), /^GET \/productions\/p .*is required\s+→ at made$/s],
  [
    "has a text where a number belongs",
    answered({ ...production, made: "1" }),
    /^GET \/productions\/p .*must be a number, not a string\s+→ at made$/s,
  ],
])("an answer that %s breaks the contract, and how is said", async (_, answer, message) => {
  said = answer;
  const api = createApi(origin.url, new AbortController().signal);
  await expect(api.production("p")).rejects.toThrow(message);
});

function answered(data: object): object {
  return { code: 200, message: "ok", data };
}
