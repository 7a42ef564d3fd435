// The whole product on this machine with its table in a cloud: what npm run create-table makes, the server uses.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startProduct } from "../api/local.ts";
import { runScript } from "../scripts/run-script.ts";
import { startDynamodb } from "../servers/dynamodb.ts";
import { startTablestore } from "../servers/tablestore/server.ts";

interface Cloud {
  environment: Record<string, string>;
  operations: string[];
  close(): Promise<void>;
}

const clouds: Record<string, () => Promise<Cloud>> = {
  async tablestore() {
    const server = await startTablestore();
    const environment = {
      TABLE_PROVIDER: "tablestore",
      TABLE_NAME: "dreams_of_a_test",
      TABLESTORE_ENDPOINT: server.endpoint,
      TABLESTORE_INSTANCE: server.instance,
      TABLESTORE_ACCESS_KEY_ID: "key-1",
      TABLESTORE_ACCESS_KEY_SECRET: "secret-1",
    };
    return { environment, operations: server.operations, close: () => server.close() };
  },

  async dynamodb() {
    const server = await startDynamodb();
    const environment = {
      TABLE_PROVIDER: "dynamodb",
      TABLE_NAME: "dreams_of_a_test",
      DYNAMODB_ENDPOINT: server.endpoint,
      DYNAMODB_REGION: server.region,
      AWS_ACCESS_KEY_ID: "key-1",
      AWS_SECRET_ACCESS_KEY: "secret-1",
    };
    return { environment, operations: server.operations, close: () => server.close() };
  },
};

describe.each(Object.entries(clouds))("with TABLE_PROVIDER=%s", (provider, start) => {
  let cloud: Cloud;

  beforeEach(async () => {
    cloud = await start();
    // The SDK looks for its credentials in the environment itself.
    for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await cloud.close();
  });

  const script = (path: string, ...args: string[]) => runScript(path, args, "/nowhere", cloud.environment);

  test("a picture is made, kept and paid for once, and its user's codes come from the same table", async () => {
    const made = await script("scripts/create-table.ts");
    expect([made.code, made.stdout.trimEnd().split("\n").at(-1)]).toEqual([
      0,
      "The table dreams_of_a_test and its index are ready.",
    ]);
    const product = await startProduct({ environment: { ...cloud.environment, PRICES: '{"sketch":7}' } });
    try {
      const user = await product.register();
      await product.register();
      const headers = { prefer: "wait=25" };
      const answer = await user.call("POST", "/ai/generate-image", { json: { prompt: "a lighthouse" }, headers });
      expect(answer.body.data).toMatchObject({ status: "completed", outputs: [expect.anything()] });
      const codes = await script("scripts/codes.ts", "create", "--credits", "50");
      expect([codes.code, codes.stderr]).toEqual([
        0,
        expect.stringContaining("One code of 50 credits in dreams_of_a_test in "),
      ]);
      await user.call("POST", "/credits/redeem", { json: { code: codes.stdout.trim() } });
      expect((await user.call("GET", "/credits")).body.data).toMatchObject({ balance: 143 });
      expect(await script("scripts/check-ledger.ts")).toEqual({
        code: 0,
        stdout: "2 users, 1 job, 4 ledger lines: everything adds up.\n",
        stderr: "",
      });
      const month = answer.body.data.completedAt.slice(0, 7);
      const margin = await script("scripts/margin.ts", "--month", month, "--credit", "0.1", "--currency", "USD");
      expect([margin.code, margin.stdout]).toEqual([
        0,
        expect.stringMatching(/^sketch\/sketch +1 +0 +0 +7 +0\.70 USD +- +- +0\.70 USD$/m),
      ]);
      expect(await product.files()).not.toContain("table.sqlite");
    } finally {
      await product.close();
    }
  });

  test("a server without the table does not start, and says what makes it", async () => {
    await expect(startProduct({ environment: cloud.environment })).rejects.toThrow("npm run create-table makes them");
  });

  test("what cannot be made is named, with what the service says: 1; settings that lack something: 2", async () => {
    const wrong = { ...cloud.environment, TABLESTORE_ACCESS_KEY_SECRET: "wrong", AWS_SECRET_ACCESS_KEY: "wrong" };
    const { code, stdout, stderr } = await runScript("scripts/create-table.ts", [], "/nowhere", wrong);
    expect([code, stdout, stderr.trimEnd().split("\n").length]).toEqual([1, "", 3]);
    expect(stderr).toContain("Failed: the table dreams_of_a_test: ");
    const { TABLESTORE_INSTANCE: _, DYNAMODB_REGION: __, ...lacking } = cloud.environment;
    const empty = await runScript("scripts/create-table.ts", [], "/nowhere", {
      ...lacking,
      TABLESTORE_INSTANCE: "",
      DYNAMODB_REGION: "",
    });
    const missing = provider === "tablestore" ? "TABLESTORE_INSTANCE" : "DYNAMODB_REGION";
    expect([empty.code, empty.stderr]).toEqual([
      2,
      expect.stringContaining(`${missing} is required with TABLE_PROVIDER=`),
    ]);
  });
});

test("no cloud's SDK is loaded before the configuration names it", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "table-"));
  const open = `await (await openTable({ dataDir: ${JSON.stringify(dataDir)}, table: { provider: "sqlite" } })).close()`;
  expect(await loadedSdks(open)).toEqual([]);
  expect(await loadedSdks('await import("./shared/tables/tablestore/table.ts")')).toEqual([]);
  expect(await loadedSdks('await import("./shared/tables/tablestore/sdk.ts")')).toContain("tablestore");
  expect(await loadedSdks('await import("./shared/tables/dynamodb/table.ts")')).toEqual([]);
  expect(await loadedSdks('await import("./shared/tables/dynamodb/sdk.ts")')).toContain("@aws-sdk/client-dynamodb");
  await rm(dataDir, { recursive: true });
});

/** Which of the clouds' packages a process has loaded that imported the runtime and did `act`. */
async function loadedSdks(act: string): Promise<string[]> {
  const source = `
    import { createRequire } from "node:module";
    import "./shared/runtime/open-runtime.ts";
    import { openTable } from "./shared/runtime/adapters/table.ts";
    ${act};
    console.log(Object.keys(createRequire(process.cwd() + "/").cache).join("\\n"));`;
  const { stdout } = spawn(process.execPath, ["--input-type=module", "--eval", source]);
  const paths = (await text(stdout)).split("\n");
  expect(paths.length).toBeGreaterThan(2);
  const packages = ["tablestore", "@aws-sdk/client-dynamodb"];
  return packages.filter((name) => paths.some((path) => path.includes(`/node_modules/${name}/`)));
}
