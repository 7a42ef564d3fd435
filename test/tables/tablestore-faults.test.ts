import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TablestoreOptions } from "../../shared/tables/tablestore/client.ts";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { createTablestoreTable } from "../../shared/tables/tablestore/table.ts";
import { type Fault, startTablestore, type TablestoreServer } from "../servers/tablestore/server.ts";
import { eventually } from "./eventually.ts";
import { faultyNetwork } from "./faulty-network.ts";

const key = { accessKeyId: "key-1", accessKeySecret: "secret-1" };

async function prepared() {
  const server = await startTablestore();
  const options = optionsFor(server);
  await prepareTablestore(options, quietly);
  server.operations.length = 0;
  return { server, options };
}

function optionsFor({ endpoint, instance }: TablestoreServer): TablestoreOptions {
  return { endpoint, instance, tableName: "dream_factory", credentials: async () => key };
}

const quietly = { say: () => {}, pause: async () => {} };

faultyNetwork<Fault>(
  "tablestore",
  {
    get: "GetRow",
    put: "PutRow",
    delete: "DeleteRow",
    query: "GetRange",
    refusals: {
      "409 OTSRowOperationConflict": {
        status: 409,
        code: "OTSRowOperationConflict",
        message: "Data is being modified.",
      },
      "503 OTSServerBusy": { status: 503, code: "OTSServerBusy", message: "Server is busy." },
      "403 OTSNotEnoughCapacityUnit": { status: 403, code: "OTSNotEnoughCapacityUnit" },
    },
    breakdowns: {
      "500 OTSInternalServerError": { status: 500, code: "OTSInternalServerError", message: "Internal server error." },
      "500, carried out": { status: 500, code: "OTSInternalServerError", isApplied: true },
      "503 OTSTimeout, carried out": {
        status: 503,
        code: "OTSTimeout",
        message: "Operation timeout.",
        isApplied: true,
      },
      "408 OTSRequestTimeout": { status: 408, code: "OTSRequestTimeout", message: "Request timeout." },
      "503 OTSPartitionUnavailable": { status: 503, code: "OTSPartitionUnavailable" },
    },
    final: { status: 400, code: "OTSParameterInvalid", message: "Invalid." },
  },
  async () => {
    const { server, options } = await prepared();
    return { server, open: (more) => createTablestoreTable({ ...options, ...more }), end: () => server.close() };
  },
);

describe("tablestore", () => {
  let server: TablestoreServer;
  let options: TablestoreOptions;

  beforeEach(async () => {
    server = await startTablestore();
    options = optionsFor(server);
  });
  afterEach(() => server.close());

  test("a table that is not there is refused, with what makes it", async () => {
    await expect(createTablestoreTable(options)).rejects.toMatchObject({
      type: "unavailable",
      message: expect.stringMatching(/dream_factory_due does not exist in instance dreams.*npm run create-table/),
    });
  });

  test("an error names operation, status, code, text and request", async () => {
    await expect(createTablestoreTable(options)).rejects.toMatchObject({
      cause: {
        message: expect.stringMatching(
          /^GetRange: 404 OTSObjectNotExist: Requested table does not exist: dream_factory_due\. \(request [0-9a-f-]{36}\)$/,
        ),
      },
    });
  });

  test("a text of more than 127 bytes is read whole", async () => {
    await prepareTablestore(options, quietly);
    const message = `long ${"x".repeat(200)}`;
    server.fail("GetRange", { status: 400, code: "OTSParameterInvalid", message });
    await expect(createTablestoreTable(options)).rejects.toMatchObject({
      cause: { message: expect.stringContaining(`OTSParameterInvalid: ${message} (request `) },
    });
  });

  test("nobody at the endpoint is refused, with its address", async () => {
    const closed = await startTablestore();
    await closed.close();
    const attempts = { maxAttempts: 2, pause: async () => {} };
    await expect(createTablestoreTable({ ...options, endpoint: closed.endpoint, attempts })).rejects.toMatchObject({
      type: "unavailable",
      message: expect.stringContaining(closed.endpoint),
    });
  });

  test("the index follows the table; the table itself never lags", async () => {
    await prepareTablestore(options, quietly);
    const table = await createTablestoreTable(options);
    server.indexSteps = 0;
    const due = { kind: "job", shard: 1, at: 5 };
    await table.put({ partition: "p", sort: "a", data: {}, due }, "absent");
    const look = () => table.due({ kind: "job", shard: 1, before: 10, limit: 10 });
    expect([await look(), (await table.get({ partition: "p", sort: "a" }))?.due]).toEqual([[], due]);
    server.indexSteps = 1;
    await eventually(async () => expect(await look()).toEqual([{ partition: "p", sort: "a", at: 5 }]));
    await table.close();
  });

  test("preparing makes table and index, and says so; a second time it finds them", async () => {
    const said: string[] = [];
    const prepare = () => prepareTablestore(options, { say: (sentence) => said.push(sentence), pause: async () => {} });
    await prepare();
    await prepare();
    expect(said).toEqual([
      "Made the table dream_factory with its index dream_factory_due.",
      "It has the index dream_factory_due.",
      "The table dream_factory and its index are ready.",
      "The table dream_factory is there already.",
      "It has the index dream_factory_due.",
      "The table dream_factory and its index are ready.",
    ]);
    expect(server.operations.filter((name) => name === "CreateTable")).toHaveLength(1);
  });

  test("two who prepare at once both succeed", async () => {
    await Promise.all([prepareTablestore(options, quietly), prepareTablestore(options, quietly)]);
    await (await createTablestoreTable(options)).close();
  });

  test("a table without its index gets one, with what is in the table", async () => {
    server.addTable("dream_factory", ["partition", "sort"], { withDueColumns: true });
    await prepareTablestore(options, quietly);
    expect(server.operations).toContain("CreateIndex");
    await (await createTablestoreTable(options)).close();
  });

  test("a table of somebody else is left alone", async () => {
    server.addTable("dream_factory", ["id", "sort"], { withDueColumns: true });
    await expect(prepareTablestore(options, quietly)).rejects.toThrow("not one of ours");
    server.addTable("other", ["partition", "sort"], { withDueColumns: false });
    await expect(prepareTablestore({ ...options, tableName: "other" }, quietly)).rejects.toThrow("not one of ours");
  });

  test("an answer that breaks off is noticed at once, not after the time limit", async () => {
    await prepareTablestore(options, quietly);
    const table = await createTablestoreTable({
      ...options,
      timeoutMs: 3_600_000,
      attempts: { pause: async () => {} },
    });
    server.fail("GetRow", "cutWithin");
    expect(await table.get({ partition: "p", sort: "a" })).toBeNull();
    await table.close();
  });
});
