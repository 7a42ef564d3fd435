import type { Table } from "../../shared/ports/table.ts";
import type { TablestoreOptions } from "../../shared/tables/tablestore/client.ts";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { createTablestoreTable } from "../../shared/tables/tablestore/table.ts";
import { tableContract } from "../contracts/table.ts";
import { wholeTableContract } from "../contracts/whole-table.ts";
import { startTablestore } from "../servers/tablestore/server.ts";
import { eventually } from "./eventually.ts";

tableContract("tablestore", openFixture);
wholeTableContract("tablestore", openFixture);

async function openFixture() {
  const server = await startTablestore();
  const options: TablestoreOptions = {
    endpoint: server.endpoint,
    instance: server.instance,
    tableName: "dream_factory",
    credentials: async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1" }),
  };
  await prepareTablestore(options, { say: () => {}, pause: async () => {} });
  const opened: Table[] = [];
  const another = async () => {
    const table = await createTablestoreTable(options);
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
