// The API's cases through an emulator: what it sends is not quite what AWS sends, and what the functions answer is the same.
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Asked, askEverywhere, openGround } from "./api-asking.ts";
import { apiCases } from "./api-cases.ts";
import { startGround } from "./api-fronts.ts";
import { startServerlessOffline } from "./serverless-offline.ts";
import { known } from "./serverless-offline-differences.ts";

let asked: Asked;

beforeAll(async () => {
  asked = openGround(await startGround("aws", startServerlessOffline), known);
}, 600_000);
afterAll(() => asked.ground.close());

describe("through serverless-offline", () => {
  test.each(apiCases)("$title ($asks: $expects)", async (each) => {
    await askEverywhere(asked, each);
  });
});
