// npm run uncertain, as a process, on the table of a server: what is shown, and being done with it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import type { User } from "../api/user.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { runScript } from "./run-script.ts";

let product: Product;
let user: User;

beforeAll(async () => {
  const provider = scriptedProvider({
    lostSubmit: "never",
    start: () => Promise.reject(new Error("the connection broke")),
  });
  product = await startProduct({ providers: [provider], environment: { DEFAULT_IMAGE_PROVIDER: "scripted" } });
  user = await product.register();
});
afterAll(() => product.close());

const uncertain = (...args: string[]) => runScript("scripts/uncertain.ts", args, product.dataDir);

describe("npm run uncertain", () => {
  test("shows what a provider may have made without our knowing, until the operator is done with it", async () => {
    const where = `${product.dataDir}/table.sqlite`;
    expect(await uncertain()).toEqual({ code: 0, stdout: "", stderr: `Nothing is uncertain in ${where}.\n` });

    const { body } = await user.call("POST", "/ai/generate-image", {
      json: { prompt: "a lake" },
      headers: { prefer: "wait=25" },
    });
    const { id, status, error } = body.data;
    expect([status, error.type]).toEqual(["failed", "provider_unknown"]);
    // The note is written while the job is closed, which may be a moment after it reads as ended.
    await expect.poll(async () => (await uncertain()).stdout).toContain(`scripted ${id}-1 job ${id} user `);
    const shown = await uncertain("list");
    expect([shown.code, shown.stderr]).toEqual([0, `1 uncertain in ${where}.\n`]);
    expect(shown.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z scripted /);

    const done = { code: 0, stdout: `${id}-1 of scripted is done.\n`, stderr: "" };
    expect([await uncertain("done", `${id}-1`), await uncertain("done", `${id}-1`)]).toEqual([done, done]);
    expect((await uncertain()).stdout).toBe("");
  });

  test.each([
    [["forget"], 2, 'There is no "forget".'],
    [["done"], 2, "One reference is needed."],
    [["done", "a-1", "b-1"], 2, "One reference is needed."],
    [["done", "a-1"], 1, "There is no note of a-1."],
    [["list", "--all"], 2, "Unknown option '--all'."],
  ])("%j ends with %i and says why", async (args, code, says) => {
    const ran = await uncertain(...args);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(ran.stderr).toContain(says);
  });
});
