import type { Table } from "../../shared/ports/table.ts";
import { prepareDynamodb } from "../../shared/tables/dynamodb/prepare.ts";
import { createDynamodbTable, type DynamodbOptions } from "../../shared/tables/dynamodb/table.ts";
import { tableContract } from "../contracts/table.ts";
import { wholeTableContract } from "../contracts/whole-table.ts";
import { startDynamodb } from "../servers/dynamodb.ts";
import { eventually } from "./eventually.ts";

tableContract("dynamodb", openFixture);
wholeTableContract("dynamodb", openFixture);

async function openFixture() {
  const server = await startDynamodb();
  const options: DynamodbOptions = {
    endpoint: server.endpoint,
    region: server.region,
    tableName: "dream_factory",
    credentials: async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1" }),
  };
  await prepareDynamodb(options, { say: () => {}, pause: async () => {} });
  const opened: Table[] = [];
  const another = async () => {
    const table = await createDynamodbTable(options);
    opened.push(table);
    return table;
  };
  return {
    table: await another(),
    another,
    eventually,
    async end() {
      await Promise.all(opened.map((table) => table.close()));
      await server.close();
    },
  };
}
