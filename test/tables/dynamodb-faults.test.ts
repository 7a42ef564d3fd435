import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prepareDynamodb } from "../../shared/tables/dynamodb/prepare.ts";
import { createDynamodbTable, type DynamodbOptions } from "../../shared/tables/dynamodb/table.ts";
import { runScript } from "../scripts/run-script.ts";
import { type DynamodbFault, type DynamodbServer, startDynamodb } from "../servers/dynamodb.ts";
import { faultyNetwork } from "./faulty-network.ts";

const key = { accessKeyId: "key-1", accessKeySecret: "secret-1" };

const quietly = { say: () => {}, pause: async () => {} };

function optionsFor({ endpoint, region }: DynamodbServer): DynamodbOptions {
  return { endpoint, region, tableName: "dream_factory", credentials: async () => key };
}

faultyNetwork<DynamodbFault>(
  "dynamodb",
  {
    get: "GetItem",
    put: "PutItem",
    delete: "DeleteItem",
    query: "Query",
    refusals: {
      ProvisionedThroughputExceededException: { status: 400, type: "ProvisionedThroughputExceededException" },
      ThrottlingException: { status: 400, type: "ThrottlingException" },
      RequestLimitExceeded: { status: 400, type: "RequestLimitExceeded" },
    },
    breakdowns: {
      "500 InternalServerError": { status: 500, type: "InternalServerError" },
      "500, carried out": { status: 500, type: "InternalServerError", isApplied: true },
      "503 ServiceUnavailable, carried out": { status: 503, type: "ServiceUnavailable", isApplied: true },
    },
    final: { status: 400, type: "ValidationException" },
  },
  async () => {
    const server = await startDynamodb();
    const options = optionsFor(server);
    await prepareDynamodb(options, quietly);
    server.operations.length = 0;
    return { server, open: (more) => createDynamodbTable({ ...options, ...more }), end: () => server.close() };
  },
);

describe("dynamodb", () => {
  let server: DynamodbServer;
  let options: DynamodbOptions;

  beforeEach(async () => {
    server = await startDynamodb();
    options = optionsFor(server);
  });
  afterEach(() => server.close());

  const openQuickly = () => createDynamodbTable({ ...options, attempts: { pause: async () => {} } });
  const item = { partition: "p", sort: "a", data: { n: 1 } };

  test.each([true, false])(
    "after a lost answer the item comes with the failed condition, or is read (told: %s)",
    async (tellsOldItems) => {
      await prepareDynamodb(options, quietly);
      const table = await openQuickly();
      server.tellsOldItems = tellsOldItems;
      server.fail("PutItem", "cutAfter");
      expect(await table.put(item, "absent")).toBe(1);
      expect(server.operations.includes("GetItem")).toBe(!tellsOldItems);
      await table.close();
    },
  );

  test("what only expires is deleted by DynamoDB a day after it was due, should nobody else have done it", async () => {
    await prepareDynamodb(options, quietly);
    const table = await createDynamodbTable({ ...options, expiringKinds: ["idempotency"] });
    const at = 1_800_000_000_500;
    await table.put({ ...item, due: { kind: "idempotency", shard: 1, at } }, "absent");
    await table.put({ ...item, sort: "b", due: { kind: "job", shard: 1, at } }, "absent");
    const puts = server.bodies.flatMap(({ Item }) => (Item ? [Item as Record<string, unknown>] : []));
    expect(puts.map((put) => put.expires_at)).toEqual([{ N: "1800086401" }, undefined]);
    await table.close();
  });

  describe("create-table", () => {
    const settings = () => ({
      TABLE_PROVIDER: "dynamodb",
      TABLE_NAME: options.tableName,
      DYNAMODB_ENDPOINT: server.endpoint,
      DYNAMODB_REGION: server.region,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.accessKeySecret,
    });
    const create = () => runScript("scripts/create-table.ts", [], "/nowhere", settings());

    test("makes all that a service has which knows no backups, protection and expiry, as DynamoDB Local, and says what it left out", async () => {
      for (const operation of ["DescribeContinuousBackups", "UpdateContinuousBackups", "DescribeTimeToLive"]) {
        server.unknown.add(operation);
      }
      const { code, stdout, stderr } = await create();
      expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([
        0,
        "The table dream_factory and its index are ready.",
      ]);
      for (const left of ["point-in-time recovery", "expiry of items"])
        expect(stderr).toContain(`Left out: the ${left}`);
      expect(stderr).toContain("UnknownOperationException");
      const table = await openQuickly();
      expect(await table.put(item, "absent")).toBe(1);
      await table.close();
    });

    test("names the step that failed, goes on with the rest, and completes it when it is run again", async () => {
      const denied = { status: 400, type: "AccessDeniedException" };
      server.fail("UpdateContinuousBackups", denied);
      const first = await create();
      expect(first.code).toBe(1);
      expect(first.stdout).toContain("Switched on the expiry of items");
      expect(first.stdout).toContain("are ready.");
      expect(first.stderr).toContain("Failed: the point-in-time recovery: AccessDeniedException: Sorry.");
      expect(first.stderr).toContain("1 of 6 steps failed: the point-in-time recovery.");
      const second = await create();
      expect([second.code, second.stdout]).toEqual([
        0,
        expect.stringContaining("Switched on its point-in-time recovery."),
      ]);
      expect((await create()).stdout).not.toContain("Switched on");
    });

    test("does nothing to a table that is somebody else's", async () => {
      await server.addTable(options.tableName, ["id", "sort"]);
      const { code, stdout, stderr } = await create();
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("it is not one of ours (HASH id, RANGE sort)");
      expect(server.operations.filter((operation) => operation.startsWith("Update"))).toEqual([]);
    });
  });

  test("a table that is not there is refused, with what makes it", async () => {
    await expect(openQuickly()).rejects.toMatchObject({
      type: "unavailable",
      message: expect.stringMatching(/dream_factory or its index does not exist in eu-central-1.*npm run create-table/),
    });
  });

  test("a table without its index is refused, with what makes it", async () => {
    await server.addTable("dream_factory", ["partition", "sort"]);
    await expect(openQuickly()).rejects.toMatchObject({
      type: "unavailable",
      message: expect.stringContaining("npm run create-table"),
    });
  });

  test("nobody at the endpoint is refused, with its address", async () => {
    const closed = await startDynamodb();
    await closed.close();
    options = { ...options, endpoint: closed.endpoint };
    await expect(openQuickly()).rejects.toMatchObject({
      type: "unavailable",
      message: expect.stringContaining(closed.endpoint),
    });
  });

  test("preparing makes all there is, and says so; a second time it finds it", async () => {
    const said: string[] = [];
    const prepare = () => prepareDynamodb(options, { say: (sentence) => said.push(sentence), pause: async () => {} });
    await prepare();
    const written = server.operations.filter((name) => /^(Create|Update)/.test(name));
    await prepare();
    expect(said).toEqual([
      "Made the table dream_factory, paid by request.",
      "It has the index due.",
      "It is protected from deletion.",
      "Switched on its point-in-time recovery.",
      "Switched on the expiry of items by expires_at.",
      "The table dream_factory and its index are ready.",
      "The table dream_factory is there already.",
      "It has the index due.",
      "It is protected from deletion.",
      "It can be restored to any moment of the last days.",
      "Items expire by expires_at.",
      "The table dream_factory and its index are ready.",
    ]);
    expect(server.operations.filter((name) => /^(Create|Update)/.test(name))).toEqual(written);
  });

  test("a new table whose backups are still being enabled is waited for", async () => {
    const notYet = { status: 400, type: "ContinuousBackupsUnavailableException" };
    server.fail("UpdateContinuousBackups", notYet, notYet);
    await prepareDynamodb(options, quietly);
    expect(server.operations.filter((name) => name === "UpdateContinuousBackups")).toHaveLength(3);
  });

  test("two who prepare at once both succeed", async () => {
    await Promise.all([prepareDynamodb(options, quietly), prepareDynamodb(options, quietly)]);
    await (await openQuickly()).close();
  });

  test("a table that lacks index and protection gets both", async () => {
    await server.addTable("dream_factory", ["partition", "sort"]);
    const said: string[] = [];
    await prepareDynamodb(options, { say: (sentence) => said.push(sentence), pause: async () => {} });
    expect(said.slice(0, 3)).toEqual([
      "The table dream_factory is there already.",
      "Added the index due, of what the table holds already too.",
      "Protected it from deletion.",
    ]);
    await (await openQuickly()).close();
  });

  test("a table of somebody else is left alone", async () => {
    await server.addTable("dream_factory", ["id", "sort"]);
    await expect(prepareDynamodb(options, quietly)).rejects.toThrow("not one of ours (HASH id, RANGE sort)");
  });
});
