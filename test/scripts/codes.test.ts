// npm run codes and npm run users, as processes, beside a server that has the table open.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import type { User } from "../api/user.ts";
import { runScript } from "./run-script.ts";

let product: Product;
let user: User;

beforeAll(async () => {
  product = await startProduct();
  user = await product.register();
});
afterAll(() => product.close());

const codes = (...args: string[]) => runScript("scripts/codes.ts", args, product.dataDir);

describe("npm run codes", () => {
  test("prints codes one a line, which users of the running server redeem", async () => {
    const { code, stdout, stderr } = await codes("create", "--credits", "100", "--count", "3");
    expect([code, stderr]).toEqual([0, `3 codes of 100 credits in ${product.dataDir}/table.sqlite.\n`]);
    const made = stdout.trimEnd().split("\n");
    expect(made.length).toBe(3);
    for (const [n, each] of made.entries()) {
      const { status, body } = await user.call("POST", "/credits/redeem", { json: { code: each } });
      expect([status, body.data]).toEqual([200, { credits: 100, balance: 100 + 100 * (n + 1) }]);
    }
  });

  test("takes a date as good until its end, and makes one code by default", async () => {
    const { code, stdout, stderr } = await codes("create", "--credits=5", "--expires=2998-12-31");
    expect([code, stdout.trimEnd().split("\n").length]).toEqual([0, 1]);
    expect(stderr).toMatch(/^One code of 5 credits in .*, good until 2998-12-31T23:59:59.999Z\.\n$/);
  });

  test("show tells what a code is worth, and who has it", async () => {
    const made = JSON.parse((await codes("create", "--credits=7", "--expires=2998-12-31", "--json")).stdout);
    expect(made).toEqual({ code: expect.stringMatching(/^DF-/), credits: 7, expiresAt: "2998-12-31T23:59:59.999Z" });
    expect((await codes("show", made.code)).stdout).toBe("7 credits, free, and good until 2998-12-31T23:59:59.999Z\n");
    await user.call("POST", "/credits/redeem", { json: { code: made.code } });
    const { code, stdout } = await codes("show", made.code.toLowerCase(), "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { credits: 7, claimedBy: user.userId, email: user.email }]);
    expect(await codes("show", "DF-AAAAA-AAAAA-AAAAA-AAAAB")).toMatchObject({ code: 2, stdout: "" });
  });

  test("makes more than fit into one request", async () => {
    const { code, stdout } = await codes("create", "--credits", "1", "--count", "1100");
    expect([code, new Set(stdout.trimEnd().split("\n")).size]).toEqual([0, 1100]);
  });

  test.each([
    [[], "What is to be done?"],
    [["make"], 'There is no "make".'],
    [["create"], "--credits must be a whole number from 1 to 1000000000."],
    [["create", "--credits", "0"], "--credits must be a whole number from 1 to 1000000000."],
    [["create", "--credits", "1e3"], "--credits must be a whole number from 1 to 1000000000."],
    [["create", "--credits", "5", "--count", "100001"], "--count must be a whole number from 1 to 100000."],
    [["create", "--credits", "5", "--expires", "yesterday"], "--expires must be in the future"],
    [["create", "--credits", "5", "--expires", "2001-01-01"], "--expires must be in the future"],
    [["create", "--credit", "5"], "Unknown option '--credit'."],
    [["create", "--credits", "5", "6"], "Unexpected argument '6'."],
  ])("%j is not understood: 2, one sentence and the usage", async (args, sentence) => {
    const { code, stdout, stderr } = await codes(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.startsWith(sentence)).toBe(true);
    expect(stderr).toMatch(/ Usage:\n {2}npm run codes -- create --credits /);
  });
});
